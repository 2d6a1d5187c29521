// minisearch: weights for the fields; prefixes and `fuzzy: 0.2` for typing errors.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import MiniSearch from "minisearch";
import { FIELDS, WEIGHTS } from "./fields.mjs";

const OPTIONS = { fields: FIELDS, storeFields: ["title"], searchOptions: { boost: WEIGHTS } };

export class Peer {
  build(pages, folder) {
    const index = new MiniSearch(OPTIONS);
    index.addAll(pages);
    mkdirSync(folder);
    writeFileSync(`${folder}/index.json`, JSON.stringify(index));
  }

  open(folder) {
    this.index = MiniSearch.loadJSON(readFileSync(`${folder}/index.json`, "utf8"), OPTIONS);
  }

  rank(text, limit) {
    return this.#find(text, limit, {}).map((hit) => hit.id);
  }

  tolerant(text, limit) {
    return this.#find(text, limit, { fuzzy: 0.2, prefix: true }).map((hit) => hit.id);
  }

  suggest(text, limit) {
    const prefix = (_, at, terms) => at === terms.length - 1;
    const found = this.#find(text, limit, { prefix, combineWith: "AND" });
    return found.map((hit) => [hit.id, hit.title]);
  }

  #find(text, limit, options) {
    return this.index.search(text, options).slice(0, limit);
  }
}
