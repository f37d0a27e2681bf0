// What somebody who looks at a page would see: what is cut off, hangs out, or stands on top of each other. Each of these
// functions is run in the page, and so stands alone.

/** Texts that are not seen whole, however one scrolls: outside of the page, or of a box that hides what hangs out. */
export function cutOff() {
  const found = [], width = document.documentElement.clientWidth;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement;
    const isHidden = !parent.checkVisibility({ visibilityProperty: true, opacityProperty: true });
    if (!node.data.trim() || isHidden || parent.closest(".away, .skip, select, title, desc")) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const box of range.getClientRects()) {
      if (box.width < 1 || box.height < 1) continue;
      const why = hiddenBy(parent, box);
      if (why) { found.push(`${why} cuts ${JSON.stringify(node.data.trim().slice(0, 60))}`); break; }
    }
  }
  return found;

  function hiddenBy(element, box) {
    for (let each = element; each && each !== document.body; each = each.parentElement) {
      const style = getComputedStyle(each), edge = each.getBoundingClientRect();
      const isSvg = each instanceof SVGElement;
      if (!isSvg && ["auto", "scroll"].includes(style.overflowX)) return null;
      const margin = style.overflowX === "clip" ? parseFloat(style.overflowClipMargin.split(" ").at(-1)) || 0 : 0;
      const hides = !isSvg && ["hidden", "clip"].includes(style.overflowX);
      if (hides && (box.left < edge.left - margin - 1 || box.right > edge.right + margin + 1
        || box.bottom > edge.bottom + margin + 1 || box.top < edge.top - margin - 1)) {
        return `${each.tagName.toLowerCase()}#${each.id}.${each.getAttribute("class") ?? ""}`;
      }
    }
    return box.right > width + 1 || box.left < -1 ? "the page" : null;
  }
}

/** Pairs of texts of one chart that lie on each other. Letters with a tower of accents may. */
export function overlapping() {
  const found = [];
  for (const chart of document.querySelectorAll("svg.chart")) {
    const texts = [...chart.querySelectorAll("text")].filter((text) => text.checkVisibility() && text.textContent.trim() && !/\p{M}{4}/u.test(text.textContent));
    const boxes = texts.map((text) => text.getBoundingClientRect());
    for (let one = 0; one < boxes.length; one++) {
      for (let other = one + 1; other < boxes.length; other++) {
        const across = Math.min(boxes[one].right, boxes[other].right) - Math.max(boxes[one].left, boxes[other].left);
        const down = Math.min(boxes[one].bottom, boxes[other].bottom) - Math.max(boxes[one].top, boxes[other].top);
        // lines of text may touch, letters must not
        if (across > 1 && down > 0.3 * Math.min(boxes[one].height, boxes[other].height)) {
          found.push(`${chart.closest("figure").id}: ${texts[one].textContent} and ${texts[other].textContent}`);
        }
      }
    }
  }
  return found;
}

/** Boxes that hang out of the figure or part of the board that they are in. */
export function hangingOut() {
  const found = [];
  for (const part of document.querySelectorAll(".board > *")) {
    const edge = part.getBoundingClientRect();
    for (const each of part.querySelectorAll("*")) {
      if (each.closest(".away") || !each.checkVisibility() || each.closest(".scroll") !== null && !each.matches(".scroll")) continue;
      const box = each.getBoundingClientRect();
      if (box.width > 0 && (box.right > edge.right + 2 || box.left < edge.left - 2 || box.bottom > edge.bottom + 2)) {
        found.push(`${part.id || part.className}: ${each.tagName.toLowerCase()}.${each.getAttribute("class") ?? ""} by ${Math.round(Math.max(box.right - edge.right, edge.left - box.left, box.bottom - edge.bottom))} px`);
      }
    }
  }
  return found;
}

/** What the strict policy would not let pass, or would let pass in vain. */
export function forbidden() {
  const found = [...document.querySelectorAll("script, style, [style], iframe, object, embed, base, foreignObject, link:not([rel=stylesheet], [rel=icon])")];
  const handlers = [...document.querySelectorAll("*")].filter((each) => [...each.attributes].some(({ name, value }) =>
    name.startsWith("on") || /^(src|srcdoc|action|formaction|(xlink:)?href)$/.test(name) && /^\s*(javascript|data|vbscript):/i.test(value)));
  return [...found, ...handlers].map((each) => each.outerHTML.slice(0, 200));
}
