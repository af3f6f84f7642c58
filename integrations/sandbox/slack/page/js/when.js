// Times in the acting person's time zone.

let zone = "UTC";
let skew = 0;

export function setClock(timeZone, now) {
  zone = timeZone;
  skew = now * 1000 - Date.now();
}

const format = (seconds, options) =>
  new Intl.DateTimeFormat("en-GB", { timeZone: zone, ...options }).format(new Date(seconds * 1000));

export const nowSeconds = () => (Date.now() + skew) / 1000;
export const clock = (seconds) => format(seconds, { hour: "2-digit", minute: "2-digit" });
export const dayKey = (seconds) => format(seconds, { year: "numeric", month: "2-digit", day: "2-digit" });

export function day(seconds) {
  if (dayKey(seconds) === dayKey(nowSeconds())) return "Today";
  if (dayKey(seconds) === dayKey(nowSeconds() - 86400)) return "Yesterday";
  return format(seconds, { weekday: "long", day: "numeric", month: "long", year: "numeric" });
}

export const moment = (seconds) => `${day(seconds)} at ${clock(seconds)}`;
export const short = (seconds) => format(seconds, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });

export function timeIn(timeZone) {
  return format(nowSeconds(), { timeZone, hour: "2-digit", minute: "2-digit" });
}

// The tokens of Slack's <!date^…> format.
export function dated(seconds, pattern) {
  const plain = { year: "numeric", month: "long", day: "numeric" };
  const pretty = (otherwise) => {
    const named = day(seconds);
    return named === "Today" || named === "Yesterday" ? named.toLowerCase() : otherwise;
  };
  const parts = {
    date_num: () => format(seconds, { year: "numeric", month: "2-digit", day: "2-digit" }).split("/").reverse().join("-"),
    date: () => format(seconds, plain),
    date_short: () => format(seconds, { ...plain, month: "short" }),
    date_long: () => format(seconds, { ...plain, weekday: "long" }),
    time: () => clock(seconds),
    time_secs: () => format(seconds, { hour: "2-digit", minute: "2-digit", second: "2-digit" }),
    ago: () => ago(seconds),
  };
  return pattern.replace(/\{(\w+?)(_pretty)?\}/g, (token, name, prettier) => {
    if (!(name in parts)) return token;
    return prettier ? pretty(parts[name]()) : parts[name]();
  });
}

function ago(seconds) {
  const past = Math.round((nowSeconds() - seconds) / 60);
  const units = [["day", 1440], ["hour", 60], ["minute", 1]];
  const [unit, size] = units.find(([, minutes]) => Math.abs(past) >= minutes) ?? ["minute", 1];
  return new Intl.RelativeTimeFormat("en", { numeric: "auto" }).format(-Math.round(past / size), unit);
}
