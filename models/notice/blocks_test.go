package notice_test

import (
	"slices"
	"testing"

	"candor/models/notice"
)

const sampleBody = `# Who we are

We are **Nordlicht**, and [our address](https://nordlicht.example)
is below.

**With which data.** We use your readings.

- Your name
- Your *address*<br>

**How long.** Two years.

**How long.** Said twice.
`

func TestBlocks(t *testing.T) {
	var texts []string
	for _, b := range notice.Blocks(sampleBody) {
		texts = append(texts, b.Text)
	}
	want := []string{
		"Who we are", "We are Nordlicht, and our address is below.", "With which data. We use your readings.",
		"Your name", "Your address", "How long. Two years.", "How long. Said twice.",
	}
	if !slices.Equal(texts, want) {
		t.Errorf("read as %q", texts)
	}
	if got := notice.Sections(sampleBody); !slices.Equal(got, []string{"Who we are", "With which data", "How long"}) {
		t.Errorf("sections: %q", got)
	}
	if got := notice.Blocks(""); len(got) != 0 {
		t.Errorf("nothing is %v", got)
	}
}
