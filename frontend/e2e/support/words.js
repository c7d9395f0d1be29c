// What the pages say, from the message catalogues, so that tests look for what a person reads.
import { readFileSync } from 'node:fs';

const catalogues = new Map();

function catalogue(lang) {
  if (!catalogues.has(lang)) {
    const messages = new Map();
    for (const line of readFileSync(new URL(`../../../i18n/${lang}.yaml`, import.meta.url), 'utf8').split('\n')) {
      const match = /^([a-z0-9_.]+): (".*")$/.exec(line);
      if (match) messages.set(match[1], JSON.parse(match[2]));
    }
    catalogues.set(lang, messages);
  }
  return catalogues.get(lang);
}

/** The words of one language: say('nav.choices'), say('overview.greeting', { name: 'Ada' }). */
export function wordsOf(lang) {
  return (id, values = {}) => {
    const text = catalogue(lang).get(id);
    if (text === undefined) throw new Error(`${lang}.yaml has no plain message ${id}`);
    return text.replace(/\{\{\.(\w+)\}\}/g, (_, name) => {
      if (!(name in values)) throw new Error(`${id} wants ${name}`);
      return values[name];
    });
  };
}
