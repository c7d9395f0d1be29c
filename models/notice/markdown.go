package notice

import (
	"bytes"
	"fmt"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/renderer/html"
)

// HTML renders a body. Raw HTML and links with other schemes than those of the web and of mail are
// left out by goldmark, so that what legal writes can never run in a person's browser.
func HTML(body string) (string, error) {
	var out bytes.Buffer
	md := goldmark.New(goldmark.WithRendererOptions(html.WithXHTML()))
	if err := md.Convert([]byte(body), &out); err != nil {
		return "", fmt.Errorf("render notice: %w", err)
	}
	return out.String(), nil
}
