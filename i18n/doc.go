// Package i18n owns how Candor speaks: the message catalogues of its languages, their plural forms, and how
// each language writes numbers, money, dates, lists and country names.
//
// A catalogue is one flat YAML file per language, named by its tag: a message id, then either its text or a
// map of CLDR plural forms. English is the source; what another language lacks is said in English.
//
//	overview.title: Everything {{.operator}} holds about you
//	overview.records: {one: "{{.count}} record", other: "{{.count}} records"}
//
// A placeholder is {{.name}} and nothing else: messages hold no logic. Texts are plain text; whoever puts
// them into HTML escapes them.
package i18n
