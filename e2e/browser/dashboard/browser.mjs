// What all tests of the dashboard share: Chromium, the worlds that run.py has made, and pages that are watched.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { chromium } from "playwright-core";

export const { SCREENSHOTS, PICTURE } = process.env;
/** By name: `url` of its server; `asked`, queries with the tables that are right. */
export const WORLDS = JSON.parse(readFileSync(process.env.WORLDS, "utf8"));
export const LANGUAGES = ["de", "en", "nl"];
export const DESK = { width: 1280, height: 900 };
export const PHONE = { width: 390, height: 844 };

const QUIET = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync"];

export const launch = () => chromium.launch({ executablePath: process.env.CHROMIUM, args: QUIET });

/** An address in a world. */
export function address(world, path = "/", query = {}) {
  const words = typeof query === "string" ? query : new URLSearchParams(query).toString();
  return WORLDS[world].url + path + (words ? "?" + words : "");
}

/** Gives `work` a page, and holds that nothing went wrong on it: no violation of the CSP, no failed or foreign request, no
 * error, no dialog. */
export async function onPage(browser, options, work) {
  const context = await browser.newContext({ viewport: DESK, ...options });
  const page = await context.newPage();
  const faults = watch(page);
  try {
    const result = await work(page, context);
    assert.deepEqual(faults, [], page.url());
    return result;
  } finally {
    await context.close();
  }
}

function watch(page) {
  const faults = [], known = Object.values(WORLDS).map((world) => world.url + "/");
  page.on("request", (request) => {
    if (!known.some((url) => request.url().startsWith(url))) faults.push("asked for " + request.url());
  });
  page.on("requestfailed", (request) => {
    // whoever goes on at once does not wait for the icon
    const isLeft = request.url().endsWith("/icon.svg") && request.failure()?.errorText === "net::ERR_ABORTED";
    if (!isLeft) faults.push(`${request.url()} failed: ${request.failure()?.errorText}`);
  });
  page.on("response", (response) => {
    if (response.status() >= 500) faults.push(`${response.url()} answered ${response.status()}`);
  });
  // Chromium reports violations of a policy here, those of pages without scripts too
  page.on("console", (message) => faults.push(`console ${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => faults.push(String(error)));
  page.on("dialog", (dialog) => { faults.push("dialog " + dialog.message()); dialog.dismiss(); });
  return faults;
}

/** Waits for nothing: a page without scripts is there when it is loaded. */
export async function open(page, world, path, query) {
  const response = await page.goto(address(world, path, query), { waitUntil: "load" });
  return response;
}

export const openDetails = (page) => page.evaluate(() => document.querySelectorAll("details").forEach((one) => { one.open = true; }));

export async function picture(page, name, options = {}) {
  await page.screenshot({ path: `${SCREENSHOTS}/${name}.png`, animations: "disabled", ...options });
}
