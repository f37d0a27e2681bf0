// Every table of the page and every file, cell by cell, against what expected.py makes of the marts; with scripts off.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Words, holdCell, holdField, number } from "./cells.mjs";
import { LANGUAGES, WORLDS, address, launch, onPage, open } from "./browser.mjs";
import { rows } from "./csv.mjs";

let browser;
const words = Object.fromEntries(LANGUAGES.map((language) => [language, new Words()]));

before(async () => { browser = await launch(); });
after(() => browser?.close());

/** By figure: heads and rows of its table; null where it has none. */
const tables = (page) => page.evaluate(() => Object.fromEntries([...document.querySelectorAll("figure")].map((figure) => {
  const texts = (cells) => [...cells].map((cell) => cell.textContent);
  const table = figure.querySelector("table");
  return [figure.id, table && {
    heads: texts(table.querySelectorAll("thead th")),
    rows: [...table.querySelectorAll("tbody tr")].map((row) => texts(row.cells)),
    notes: texts(figure.querySelectorAll("p.note")),
  }];
})));

function holdTable(seen, right, language, where) {
  if (right === null) return assert.equal(seen, null, `${where}: there is a table`);
  assert.ok(seen, `${where}: there is no table`);
  assert.equal(seen.rows.length, right.length, `${where}: rows`);
  right.forEach((row, line) => {
    assert.equal(seen.rows[line].length, row.length, `${where}, row ${line}: cells`);
    row.forEach((cell, column) => {
      const text = seen.rows[line][column];
      try {
        holdCell(text, cell, language, words[language]);
      } catch (error) {
        throw new Error(`${where}, row ${line}, ${seen.heads[column]}: ${JSON.stringify(text)} for ${JSON.stringify(cell)}: ${error.message}`);
      }
    });
  });
}

async function holdFile(world, query, figure, seen, right, where) {
  const response = await fetch(address(world, `/dashboard/${figure}.csv`, query));
  assert.equal(response.status, 200, where);
  assert.match(response.headers.get("content-type"), /^text\/csv; charset=utf-8/);
  assert.match(response.headers.get("content-disposition"), /^attachment; filename="[a-z0-9-]+\.csv"$/);
  // fetch would take the mark away with text()
  const [heads, ...lines] = rows(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(await response.arrayBuffer()));
  if (right === null) return assert.ok(heads.length === 1 && lines.length > 0, `${where}: it does not say why there is nothing`);
  assert.deepEqual(heads, seen.heads, where);
  assert.equal(lines.length, right.length, where);
  right.forEach((row, line) => row.forEach((cell, column) => {
    try {
      holdField(lines[line][column], cell, seen.rows[line][column]);
    } catch (error) {
      throw new Error(`${where}, row ${line}, ${heads[column]}: ${error.message}`);
    }
  }));
}

for (const [world, { asked }] of Object.entries(WORLDS).filter(([, { asked }]) => asked.length > 0)) {
  test(`${world}: tables and files say what the marts say`, async (context) => {
    for (const [turn, { query, tables: right }] of asked.entries()) {
      await context.test(query || "no filter", () => onPage(browser, { javaScriptEnabled: false }, async (page) => {
        for (const language of LANGUAGES) {
          const asking = [query, "lang=" + language].filter(Boolean).join("&");
          const response = await open(page, world, "/dashboard", asking);
          assert.equal(response.status(), 200);
          const seen = await tables(page);
          assert.deepEqual(Object.keys(seen).sort(), Object.keys(right).sort());
          const faults = [];
          for (const [figure, table] of Object.entries(right)) {
            const where = `${world} ?${asking} ${figure}`;
            try {
              holdTable(seen[figure], table, language, where);
              // a file differs from language to language in its heads and names alone
              if (language === LANGUAGES[turn % 3]) await holdFile(world, asking, figure, seen[figure], table, where + ".csv");
            } catch (error) {
              faults.push(error.message);
            }
          }
          assert.equal(faults.join("\n"), "");
        }
      }));
    }
  });
}

test("cards of the six numbers say what their table says", () => onPage(browser, { javaScriptEnabled: false }, async (page) => {
  await open(page, "hospital", "/", "lang=en");
  const cards = await page.locator(".numbers > div").evaluateAll((cards) => cards.map((card) => [...card.children].map((part) => part.textContent)));
  const { rows: lines } = (await tables(page)).numbers;
  assert.deepEqual(cards, lines.map(([name, value, , said]) => [name, value, said]));
  assert.equal(cards.length, 6);
  assert.ok(cards.every(([, value]) => number(value, "en", 0) >= 0));
}));
