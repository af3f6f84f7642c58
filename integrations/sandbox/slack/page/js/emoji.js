// The shortcodes that we and our readers use; others stay as typed.

const EMOJI = {
  alarm_clock: "⏰", bell: "🔔", bulb: "💡", calendar: "📆", chart_with_downwards_trend: "📉",
  chart_with_upwards_trend: "📈", email: "✉️", envelope: "✉️", eyes: "👀", fire: "🔥", handshake: "🤝",
  heavy_check_mark: "✔️", hourglass: "⌛", hourglass_flowing_sand: "⏳", information_source: "ℹ️", large_blue_circle: "🔵",
  large_green_circle: "🟢", large_orange_circle: "🟠", large_yellow_circle: "🟡", lock: "🔒", mag: "🔍", memo: "📝",
  moneybag: "💰", no_entry: "⛔", pencil: "✏️", pencil2: "✏️", phone: "☎️", question: "❓", red_circle: "🔴",
  rocket: "🚀", rotating_light: "🚨", slightly_smiling_face: "🙂", smile: "😄", sparkles: "✨", star: "⭐", sunny: "☀️",
  sunrise: "🌅", tada: "🎉", thumbsup: "👍", thumbsdown: "👎", "+1": "👍", "-1": "👎", trophy: "🏆", warning: "⚠️",
  wave: "👋", white_check_mark: "✅", white_circle: "⚪", x: "❌", zzz: "💤",
};

export const emoji = (name) => EMOJI[name];
