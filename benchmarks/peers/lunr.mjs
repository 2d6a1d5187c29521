// lunr: its stemmer and stop words, weights for the fields, `word~1` for typing errors.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import lunr from "lunr";
import { FIELDS, WEIGHTS } from "./fields.mjs";

const SLIGHT = 0.1; // what a word that only resembles the typed one counts

export class Peer {
  build(pages, folder) {
    const builder = new lunr.Builder();
    builder.ref("id");
    builder.pipeline.add(lunr.trimmer, lunr.stopWordFilter, lunr.stemmer);
    builder.searchPipeline.add(lunr.stemmer);
    for (const field of FIELDS) builder.field(field, { boost: WEIGHTS[field] });
    for (const page of pages) builder.add(page);
    mkdirSync(folder);
    const titles = pages.map(({ id, title }) => [id, title]);
    writeFileSync(`${folder}/titles.json`, JSON.stringify(titles));
    writeFileSync(`${folder}/index.json`, JSON.stringify(builder.build()));
  }

  open(folder) {
    this.titles = new Map(JSON.parse(readFileSync(`${folder}/titles.json`)));
    this.index = lunr.Index.load(JSON.parse(readFileSync(`${folder}/index.json`)));
  }

  rank(text, limit) {
    return this.#find(limit, (query) => {
      for (const word of words(text)) query.term(word, {});
    });
  }

  tolerant(text, limit) {
    return this.#find(limit, (query) => {
      for (const word of words(text)) {
        query.term(word, {});
        query.term(word, { editDistance: 1, boost: SLIGHT });
      }
    });
  }

  suggest(text, limit) {
    const typed = words(text);
    const presence = lunr.Query.presence.REQUIRED;
    const found = this.#find(limit, (query) => {
      for (const word of typed.slice(0, -1).filter(lunr.stopWordFilter)) {
        query.term(word, { presence });
      }
      const wildcard = lunr.Query.wildcard.TRAILING;
      query.term(typed.at(-1), { presence, wildcard, usePipeline: false });
    });
    return found.map((id) => [id, this.titles.get(id)]);
  }

  #find(limit, build) {
    return this.index.query(build).slice(0, limit).map((hit) => hit.ref);
  }
}

// As its index cuts them; its query language, in which `?` would stay with the word, is not used.
function words(text) {
  const typed = lunr.tokenizer(text).map((token) => token.toString().replace(/^\W+|\W+$/g, ""));
  return typed.filter((word) => word);
}
