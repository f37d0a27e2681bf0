// Swagger UI of the mock, as a person uses it. Run by run.py, which starts the mock: MOCK_URL, MOCK_KEY, CHROMIUM,
// SCREENSHOTS.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { chromium } from "playwright-core";

const { MOCK_URL, MOCK_KEY, CHROMIUM, SCREENSHOTS } = process.env;
const POSTINGS = "/v1/{customer}/postings/{mediaId}";
const BY_DATE = "/v1/{customer}/applications/find-by-date";

let browser, page;
const failed = [];

before(async () => {
  const quiet = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync"];
  browser = await chromium.launch({ executablePath: CHROMIUM, args: quiet });
  page = await browser.newPage({ viewport: { width: 1280, height: 1400 } });
  // all assets come from the binary
  page.on("request", (request) => {
    if (!request.url().startsWith(MOCK_URL) && !request.url().startsWith("data:")) failed.push(request.url());
  });
  page.on("pageerror", (error) => failed.push(String(error)));
  await page.goto(MOCK_URL + "/swagger-ui/");
  await page.getByText("Emply v1 (mock)").waitFor();
});

after(() => browser?.close());

const operation = (path) => page.locator(".opblock", { has: page.locator(`[data-path="${path}"]`) });

/** Opens an endpoint, executes it with the parameters' examples, and gives status and body of the answer. */
async function tryOut(path) {
  const block = operation(path);
  if (!(await block.locator(".opblock-body").isVisible())) await block.locator(".opblock-summary-control").click();
  const start = block.getByRole("button", { name: "Try it out" });
  await start.or(block.getByRole("button", { name: "Cancel" })).first().waitFor();
  if (await start.isVisible()) await start.click();
  const execute = block.getByRole("button", { name: "Execute" });
  await execute.waitFor();
  const answered = page.waitForResponse((response) => response.url().includes("/v1/acme/"));
  await execute.click();
  const response = await answered;
  await block.locator(".live-responses-table .response-col_status").getByText(String(response.status())).waitFor();
  return { status: response.status(), type: response.headers()["content-type"], body: await response.json() };
}

test("both documents can be chosen", async () => {
  const choice = page.locator("#select");
  assert.deepEqual(await choice.locator("option").allInnerTexts(), ["Emply v1", "Job board"]);
  await choice.selectOption({ label: "Job board" });
  await page.getByText("Job board transfer (mock)").waitFor();
  await page.locator('[data-path="/api/job/publish/{id}"]').waitFor();
  await page.screenshot({ path: SCREENSHOTS + "/swagger-board.png" });
  await choice.selectOption({ label: "Emply v1" });
  await page.locator(`[data-path="${BY_DATE}"]`).waitFor();
});

test("without a key both endpoints answer 401", async () => {
  for (const path of [POSTINGS, BY_DATE]) {
    const { status, type, body } = await tryOut(path);
    assert.equal(status, 401, path);
    assert.equal(type, "application/problem+json");
    assert.equal(body.status, 401);
  }
});

test("with a key both answer 200 with JSON", async () => {
  await page.getByRole("button", { name: "Authorize" }).first().click();
  const dialog = page.locator(".dialog-ux");
  await dialog.locator("input").first().fill(MOCK_KEY);
  await dialog.getByRole("button", { name: "Apply credentials" }).first().click();
  await dialog.getByRole("button", { name: "Close" }).first().click();
  for (const path of [POSTINGS, BY_DATE]) {
    const { status, type, body } = await tryOut(path);
    assert.equal(status, 200, path);
    assert.match(type, /^application\/json/);
    assert.ok(Array.isArray(body) && body.length > 0, `${path}: ${JSON.stringify(body).slice(0, 200)}`);
  }
  await operation(BY_DATE).scrollIntoViewIfNeeded();
  await page.screenshot({ path: SCREENSHOTS + "/swagger-emply.png" });
});

test("nothing was asked of another host, and no script has failed", () => {
  assert.deepEqual(failed, []);
});
