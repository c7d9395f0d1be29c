package demodata

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/brianvoe/gofakeit/v7"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/unicode/norm"
)

// person is an invented customer.
type person struct {
	name    string // in the person's own script
	latin   string // as it is printed on bills
	email   string
	phone   string
	address string
	country string // ISO 3166-1
	home    home
}

func newPerson(f *gofakeit.Faker, h home) person {
	p := person{home: h, country: h.jurisdiction[:2]}
	p.name, p.latin = nameOf(f, h.locale)
	p.email = strings.Join(strings.FieldsFunc(strings.ToLower(ascii(p.latin)), func(r rune) bool { return r < 'a' || r > 'z' }), ".") + "@example.test"
	city := pick(f, cities[p.country])
	p.phone = fmt.Sprintf("%s 555 01%02d", city.dial, f.Number(0, 99))
	p.address = fmt.Sprintf(city.format, pick(f, city.streets), f.Number(1, 180))
	return p
}

// nameOf gives a name, and how it is written in Latin letters.
func nameOf(f *gofakeit.Faker, locale string) (name, latin string) {
	switch locale {
	case "en":
		name = f.FirstName() + " " + f.LastName()
	case "ar":
		first, last := pick(f, arabicFirst), pick(f, arabicLast)
		return first[0] + " " + last[0], first[1] + " " + last[1]
	case "pl":
		if f.Bool() {
			name = pick(f, polishWomen[0]) + " " + pick(f, polishWomen[1])
		} else {
			name = pick(f, polishMen[0]) + " " + pick(f, polishMen[1])
		}
	case "es":
		name = pick(f, names["es"][0]) + " " + pick(f, names["es"][1]) + " " + pick(f, names["es"][1])
	default:
		name = pick(f, names[locale][0]) + " " + pick(f, names[locale][1])
	}
	return name, name
}

func pick[T any](f *gofakeit.Faker, list []T) T { return list[f.Number(0, len(list)-1)] }

// ascii takes the marks off letters.
func ascii(s string) string {
	s = strings.NewReplacer("ł", "l", "Ł", "L", "ß", "ss", "ø", "o", "ı", "i").Replace(s)
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFD.String(s))
}

// winAnsi writes text in the encoding of the fonts that every PDF reader has; a letter that it
// lacks loses its marks.
func winAnsi(s string) string {
	var b strings.Builder
	for _, r := range norm.NFC.String(s) {
		if c, ok := charmap.Windows1252.EncodeRune(r); ok {
			b.WriteByte(c)
			continue
		}
		b.WriteString(ascii(string(r)))
	}
	return b.String()
}

var names = map[string][2][]string{
	"de": {
		{"Anna", "Ben", "Clara", "David", "Elif", "Felix", "Greta", "Hannes", "Ida", "Jonas", "Karin", "Lukas", "Mehmet", "Nele", "Olaf", "Paula", "Rüdiger", "Sabine", "Thi Mai", "Uwe"},
		{"Albers", "Brandt", "Claasen", "Demir", "Ehlers", "Frühling", "Groß", "Hansen", "Jürgens", "Köhler", "Lorenz", "Möller", "Nguyen", "Petersen", "Rösler", "Schäfer", "Thomsen", "Vogt", "Weiß", "Yıldız"},
	},
	"fr": {
		{"Aïcha", "Bastien", "Chloé", "Damien", "Élise", "François", "Gaëlle", "Hugo", "Inès", "Jérôme", "Léa", "Mathieu", "Noémie", "Océane", "Rémi", "Zoé"},
		{"Aubert", "Benoît", "Chevalier", "Diallo", "Dupré", "Faure", "Garnier", "Lefèvre", "Marchand", "Noël", "Perrin", "Roussel", "Saïdi", "Tran", "Vasseur"},
	},
	"es": {
		{"Álvaro", "Beatriz", "Carmen", "Diego", "Elena", "Íñigo", "Julia", "Lucía", "Mateo", "Núria", "Óscar", "Pilar", "Sofía", "Tomás"},
		{"Álvarez", "Castaño", "Domínguez", "Etxeberria", "Fernández", "Gómez", "Ibáñez", "López", "Muñoz", "Núñez", "Ordóñez", "Peña", "Rodríguez", "Sánchez"},
	},
}

var (
	polishWomen = [2][]string{
		{"Agnieszka", "Bożena", "Elżbieta", "Grażyna", "Joanna", "Katarzyna", "Małgorzata", "Ola", "Hanna", "Zofia"},
		{"Dąbrowska", "Gałązka", "Jabłońska", "Kowalczyk", "Lewandowska", "Mazur", "Nowak", "Wiśniewska", "Zielińska", "Żak"},
	}
	polishMen = [2][]string{
		{"Adam", "Błażej", "Grzegorz", "Jędrzej", "Krzysztof", "Łukasz", "Paweł", "Sławomir", "Tomasz", "Wojciech"},
		{"Dąbrowski", "Gałązka", "Jabłoński", "Kowalczyk", "Lewandowski", "Mazur", "Nowak", "Wiśniewski", "Zieliński", "Żak"},
	}
	arabicFirst = [][2]string{
		{"ليلى", "Layla"},
		{"عمر", "Omar"},
		{"سارة", "Sara"},
		{"يوسف", "Youssef"},
		{"مريم", "Maryam"},
		{"كريم", "Karim"},
		{"هدى", "Huda"},
		{"سامي", "Sami"},
		{"نور", "Nour"},
		{"رانيا", "Rania"},
		{"طارق", "Tariq"},
		{"زينب", "Zaynab"},
	}
	arabicLast = [][2]string{
		{"حداد", "Haddad"},
		{"منصور", "Mansour"},
		{"الخطيب", "Al-Khatib"},
		{"نجار", "Najjar"},
		{"درويش", "Darwish"},
		{"سليمان", "Suleiman"},
		{"العلي", "Al-Ali"},
		{"قاسم", "Qasim"},
		{"شاهين", "Shahin"},
		{"بركات", "Barakat"},
	}
)

// city is where people live: how an address is written (%[1]s street, %[2]d number) and how numbers start.
type city struct {
	dial    string
	format  string
	streets []string
}

var cities = map[string][]city{
	"DE": {
		{"+49 40", "%[1]s %[2]d\n20457 Hamburg", []string{"Deichgasse", "Kastanienweg", "Leuchtfeuerstraße", "Am Alten Speicher"}},
		{"+49 30", "%[1]s %[2]d\n10115 Berlin", []string{"Lindenzeile", "Gartenhofstraße", "Alte Ziegelei", "Möwenweg"}},
		{"+49 89", "%[1]s %[2]d\n80331 München", []string{"Isarhang", "Föhnstraße", "Enzianweg"}},
	},
	"FR": {
		{"+33 1", "%[2]d, rue %[1]s\n75011 Paris", []string{"des Tilleuls", "du Vieux-Moulin", "de l’Étang"}},
		{"+33 4", "%[2]d, avenue %[1]s\n69003 Lyon", []string{"des Platanes", "de la Fontaine", "du Belvédère"}},
	},
	"GB": {
		{"+44 20", "%[2]d %[1]s\nLondon E8 4AA", []string{"Heron Mews", "Lantern Road", "Old Orchard Lane"}},
		{"+44 161", "%[2]d %[1]s\nManchester M4 1AA", []string{"Weaver Street", "Canal Row"}},
	},
	"ES": {
		{"+34 91", "Calle %[1]s, %[2]d\n28004 Madrid", []string{"del Almendro", "de la Acequia", "del Mirador"}},
		{"+34 93", "Carrer %[1]s, %[2]d\n08012 Barcelona", []string{"de l’Ametller", "del Far", "dels Tarongers"}},
	},
	"PL": {
		{"+48 12", "ul. %[1]s %[2]d\n30-001 Kraków", []string{"Wierzbowa", "Jaśminowa", "Młyńska", "Zaciszna"}},
		{"+48 22", "ul. %[1]s %[2]d\n00-001 Warszawa", []string{"Brzozowa", "Świetlna", "Źródlana"}},
	},
	"US": {
		{"+1 415", "%[2]d %[1]s\nSan Francisco, CA 94103", []string{"Juniper Street", "Fog Hill Avenue", "Pelican Way"}},
		{"+1 510", "%[2]d %[1]s\nOakland, CA 94607", []string{"Redwood Court", "Marina Terrace"}},
	},
}
