// README's picture. Run by `run.py --picture`, which names the file.

import assert from "node:assert/strict";
import { statSync } from "node:fs";
import { test } from "node:test";
import { PICTURE, launch, onPage, open } from "./browser.mjs";

const MOST_BYTES = 200_000;

test("README's picture", { skip: !PICTURE && "nobody has asked for it" }, async () => {
  const browser = await launch();
  try {
    await onPage(browser, { viewport: { width: 1280, height: 960 } }, async (page) => {
      assert.equal((await open(page, "hospital", "/dashboard", "lang=en")).status(), 200);
      await page.screenshot({ path: PICTURE, animations: "disabled" });
    });
  } finally {
    await browser.close();
  }
  const { size } = statSync(PICTURE);
  assert.ok(size <= MOST_BYTES, `${size} bytes are too many for a README: ${MOST_BYTES} at most`);
});
