// The sandbox's JSON endpoints. Every failure becomes an Error with a sentence for the person.

async function asked(path, options) {
  let response;
  try {
    response = await fetch(`/_sandbox/${path}`, options);
  } catch {
    throw new Error("The sandbox does not answer. Is it still running?");
  }
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(answer.error ?? `The sandbox answered ${response.status}.`);
  return answer;
}

export const users = () => asked("users");
export const state = (user) => asked(`state?user=${encodeURIComponent(user)}`);
export const inspect = (user) => asked(`inspect?user=${encodeURIComponent(user)}`);

export function act(name, body) {
  return asked(name, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
}

// Calls back at once and on every change; returns a function that stops it.
export function follow(user, changed, connection) {
  const source = new EventSource(`/_sandbox/events?user=${encodeURIComponent(user)}`);
  source.addEventListener("changed", changed);
  source.addEventListener("open", () => connection(true));
  source.addEventListener("error", () => connection(false));
  return () => source.close();
}
