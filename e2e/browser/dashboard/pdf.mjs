// On which page of a PDF by Chromium the links to http://mark/ are: its dictionaries are not compressed.

const OBJECT = /(\d+) 0 obj\r?\n?([\s\S]*?)endobj/g;

export function marksOf(pdf) {
  const objects = new Map();
  for (const [, number, text] of pdf.toString("latin1").matchAll(OBJECT)) objects.set(number, text.split("stream")[0]);
  const found = new Map();
  pagesOf(objects).forEach((page, at) => {
    for (const annotation of annotationsOf(page, objects)) {
      const name = annotation.match(/\/URI\s*\(http:\/\/mark\/([^)]*)\)/)?.[1];
      if (name) found.set(name, at + 1);
    }
  });
  return found;
}

const references = (text) => [...text.matchAll(/(\d+) 0 R/g)].map(([, number]) => number);

/** In their order; a tree may stand above them. */
function pagesOf(objects) {
  const root = [...objects.values()].find((text) => /\/Type\s*\/Catalog\b/.test(text)).match(/\/Pages (\d+) 0 R/)[1];
  const below = (number) => {
    const text = objects.get(number), kids = text.match(/\/Kids\s*\[([^\]]*)\]/);
    return kids ? references(kids[1]).flatMap(below) : [text];
  };
  return below(root);
}

function annotationsOf(page, objects) {
  const listed = page.match(/\/Annots\s*(?:\[([^\]]*)\]|(\d+) 0 R)/);
  if (!listed) return [];
  return references(listed[1] ?? objects.get(listed[2])).map((number) => objects.get(number));
}
