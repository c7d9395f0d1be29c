package reading_test

import (
	"strings"
	"testing"

	"candor/models/notice/reading"
)

func TestPlainAndHardTexts(t *testing.T) {
	for _, tt := range []struct{ language, formula, plain, hard string }{
		{
			"en", "Flesch", "We look at what you use. We tell you what it costs. You can say no at any time.",
			"Notwithstanding the aforementioned stipulations, the controller reserves unconditional authority to process personal information whenever commercially reasonable considerations necessitate additional organisational verification of contractual obligations by administratively responsible departments.",
		},
		{
			"de", "Amstad", "Wir sehen, wie viel Strom Sie nutzen. Wir sagen, was er kostet. Sie können Nein sagen.",
			"Unbeschadet der vorgenannten Bestimmungen behält sich die Verantwortliche vor, personenbezogene Verbrauchsinformationen zur Wahrnehmung berechtigter Unternehmensinteressen insbesondere im Zusammenhang mit Abrechnungsstreitigkeiten weiterzuverarbeiten.",
		},
		{
			"fr", "Kandel–Moles", "Nous regardons ce que vous utilisez. Nous disons ce que cela coûte. Vous pouvez dire non.",
			"Nonobstant les dispositions susmentionnées, l’entreprise chargée du traitement se réserve la possibilité inconditionnelle de réutiliser les informations personnelles nécessaires à l'organisation administrative des vérifications contractuelles supplémentaires.",
		},
		{
			"es", "Fernández Huerta", "Vemos lo que usa. Le decimos lo que cuesta. Puede decir que no.",
			"No obstante las disposiciones anteriormente mencionadas, la empresa encargada del tratamiento se reserva la posibilidad incondicional de reutilizar informaciones personales necesarias para la organización administrativa de verificaciones contractuales suplementarias.",
		},
		{
			"pl", "Pisarek", "Widzimy, ile prądu pan zużywa. Mówimy, ile to kosztuje. Może pan odmówić.",
			"Niezależnie od powyższych postanowień administrator zastrzega sobie możliwość przetwarzania szczegółowych informacji osobowych w zakresie niezbędnym do przeprowadzenia dodatkowej weryfikacji zobowiązań umownych wykonywanej przez odpowiedzialne jednostki organizacyjne przedsiębiorstwa.",
		},
		{
			"ar", "", "ننظر إلى ما تستخدمه. نخبرك بما يكلفه. يمكنك أن ترفض؟ نعم.",
			strings.Repeat("ومع مراعاة الأحكام المذكورة أعلاه ", 6) + ".",
		},
	} {
		t.Run(tt.language, func(t *testing.T) {
			plain, hard := reading.Measure(tt.language, "", "", tt.plain), reading.Measure(tt.language, "", "", tt.hard)
			if plain.Formula != tt.formula || plain.Verdict != reading.Plain {
				t.Errorf("plain words: %+v", plain)
			}
			if hard.Verdict != reading.VeryHard {
				t.Errorf("hard words: %+v", hard)
			}
		})
	}
}

// The figure is the formula's: 8 words, 2 sentences, 9 syllables.
func TestFlesch(t *testing.T) {
	r := reading.Measure("en", "", "", "We look at **usage**. You can stop it.")
	if r.Words != 8 || r.Sentences != 2 || r.PerSentence != 4 || r.Score != 108 || !r.Ease { // 206.835 - 1.015*4 - 84.6*9/8
		t.Errorf("%+v", r)
	}
}

func TestSentences(t *testing.T) {
	long := strings.TrimSpace(strings.Repeat("word ", 26)) + "."
	for _, tt := range []struct {
		name, text      string
		sentences, long int
	}{
		{"nothing", "", 0, 0},
		{"an article of law", "This follows from Art. 13 of the law. It binds us.", 2, 0},
		{"letters with stops", "Wir speichern z. B. Ihren Namen. Sonst nichts.", 2, 0},
		{"a number with a point", "It costs 1.50 a day. It is paid.", 2, 0},
		{"a quotation", "You see “Your choices.” Then you decide.", 2, 0},
		{"items", "We use\n\n- your name\n- your address", 3, 0},
		{"Arabic", "هل توافق؟ نعم. لا!", 3, 0},
		{"a long one", "Short. A " + long, 2, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if r := reading.Measure("en", "", "", tt.text); r.Sentences != tt.sentences || len(r.Long) != tt.long {
				t.Errorf("%d sentences, %d long: %+v", r.Sentences, len(r.Long), r)
			}
		})
	}
	r := reading.Measure("en", "Title", "Summary.", "A "+long+"\n\nSo "+strings.TrimSuffix(long, ".")+" and more.")
	if r.Sentences != 4 || len(r.Long) != 2 || r.Long[0].Words != 29 || r.Long[1].Words != 27 {
		t.Errorf("%+v", r)
	}
}
