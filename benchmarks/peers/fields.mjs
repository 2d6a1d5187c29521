// Fields of a page and what a word in each weighs, as in page.py.

export const WEIGHTS = { title: 4, headings: 2, body: 1, address: 2 };
export const FIELDS = Object.keys(WEIGHTS);
