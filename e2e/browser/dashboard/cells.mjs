// How each language writes what a cell says, as somebody reads it who knows the language and not the program.

import assert from "node:assert/strict";

const NUMBERS = { de: { thousands: ".", decimal: ",", percent: "\u00a0%" }, en: { thousands: ",", decimal: ".", percent: "%" },
  nl: { thousands: ".", decimal: ",", percent: "%" } };
const WEEKS = { de: /^KW (\d+)\/(\d+)$/, en: /^W(\d+) (\d+)$/, nl: /^week (\d+), (\d+)$/ };
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const NAMES = { none: "not given", other: "other", "small groups": "small groups", "too few": "too few to tell" };

/** A number as it must be written, sign and all; throws where it is not. */
export function number(text, language, digits) {
  const { thousands, decimal } = NUMBERS[language];
  const quoted = (sign) => "\\" + sign;
  const pattern = new RegExp(`^[−+±]?(\\d{1,3}(${quoted(thousands)}\\d{3})*)${digits ? `${quoted(decimal)}\\d{${digits}}` : ""}$`);
  assert.match(text, pattern, language);
  return Number(text.replaceAll(thousands, "").replace(decimal, ".").replace("−", "-").replace(/[+±]/, ""));
}

function day(text, language) {
  if (language === "en") {
    const [, of, month, year] = text.match(/^(\d{1,2}) (\w{3}) (\d{4})$/) ?? assert.fail(text);
    return `${year}-${String(MONTHS.indexOf(month) + 1).padStart(2, "0")}-${of.padStart(2, "0")}`;
  }
  const [, of, month, year] = text.match(language === "de" ? /^(\d\d)\.(\d\d)\.(\d{4})$/ : /^(\d\d)-(\d\d)-(\d{4})$/) ?? assert.fail(text);
  return `${year}-${month}-${of}`;
}

/** Year and number of the ISO week of a Monday: its Thursday's year. */
function isoWeek(monday) {
  const thursday = new Date(Date.parse(monday) + 3 * 86_400_000);
  const first = Date.UTC(thursday.getUTCFullYear(), 0, 1);
  return [Math.floor((thursday - first) / 604_800_000) + 1, thursday.getUTCFullYear()];
}

const week = (text, language) => (text.match(WEEKS[language]) ?? assert.fail(text)).slice(1).map(Number);

/** The words of a language: which text each of ours has. Two have never the same, and one has never two. */
export class Words {
  #of = new Map();

  holds(word, text) {
    const group = word.split(" ")[0];
    const known = this.#of.get(word);
    if (known === undefined) {
      assert.notEqual(text, "", word);
      for (const [other, said] of this.#of) {
        assert.ok(other.split(" ")[0] !== group || said !== text, `${other} and ${word} are both ${text}`);
      }
      this.#of.set(word, text);
    }
    assert.equal(text, this.#of.get(word), word);
  }
}

/** Holds a cell of the page against what it has to say. */
export function holdCell(text, [kind, value], language, words) {
  switch (kind) {
    case "any": return;
    case "text": return assert.equal(text, value);
    case "removed": return assert.ok(text.startsWith(value + " (") && text.endsWith(")"), text);
    case "name": return value in NAMES ? words.holds("named " + value, text) : assert.equal(text, value);
    case "word": return words.holds(value, text);
    case "nothing": return assert.equal(text, "–");
    case "too few": return words.holds("told too few", text);
    case "count": return assert.equal(number(text, language, 0), value);
    case "change": assert.match(text, value > 0 ? /^\+/ : value < 0 ? /^−/ : /^±0$/);
      return assert.equal(number(text, language, 0), value);
    case "rate": return value < 1 ? isNear(number(text, language, 2), value, 0.005) : isNear(number(text, language, 1), value, 0.05);
    case "decimal": return isNear(number(text, language, 1), value, 0.05);
    case "share": assert.ok(text.endsWith(NUMBERS[language].percent), text);
      return isNear(number(text.slice(0, -NUMBERS[language].percent.length), language, 1), 100 * value, 0.05);
    case "day": return assert.equal(day(text, language), value);
    case "week": return assert.deepEqual(week(text, language), isoWeek(value));
    case "applications of": return value === null || assert.ok(text.includes(String(isoWeek(value)[0])), text);
    case "says": return value[0] === "nothing" ? undefined : assert.ok(text.includes(written(value, language)), `${text}: ${value}`);
    default: assert.fail("a cell of the kind " + kind);
  }
}

function written([kind, value], language) {
  const sign = kind === "count" ? "" : value > 0 ? "+" : value < 0 ? "−" : "±";
  return sign + Math.abs(value).toString().replace(/\B(?=(\d{3})+$)/g, NUMBERS[language].thousands);
}

function isNear(seen, right, most) {
  assert.ok(Math.abs(seen - right) <= most + 1e-9, `${seen} is not ${right}`);
}

/** Holds a cell of a file against what it has to say. `shown`: the same cell of the page. */
export function holdField(field, [kind, value], shown) {
  switch (kind) {
    case "nothing": return assert.equal(field, "");
    case "count": case "change": return assert.equal(field, String(value));
    case "decimal": case "rate": case "share": return isNear(Number(field || NaN), value, 0);
    case "day": return assert.equal(field, value);
    default: return assert.equal(field, /^\s*[=+\-@]/.test(shown) ? "'" + shown : shown);
  }
}
