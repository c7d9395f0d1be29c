package authzen

import (
	"context"

	"github.com/gofiber/fiber/v2"
)

// search reads a search of a kind, has it made, and writes the page that was found. entry writes one result.
func search[E any](
	h *handler, c *fiber.Ctx, k kind,
	find func(context.Context, Question, Page) (Found, error), entry func(q *Question, id string) E,
) error {
	request, err := h.admit(c)
	if err != nil {
		return h.fail(c, err)
	}
	t := tuple{kind: k}
	if err := t.read(request); err != nil {
		return h.fail(c, err)
	}
	q, err := t.question(&tuple{})
	if err != nil {
		return h.fail(c, err)
	}
	asked, err := readPage(t.page)
	if err != nil {
		return h.fail(c, err)
	}
	page, err := asked.open(k, &q)
	if err != nil {
		return h.fail(c, err)
	}
	found := Found{Next: page.After, More: true} // of nothing, if nothing is to be given
	if page.Limit > 0 {
		if found, err = find(c.UserContext(), q, page); err != nil {
			return h.fail(c, err)
		}
	}
	answer := resultsJSON[E]{Context: contextJSON{h.MaxAge}, Results: make([]E, len(found.IDs))}
	answer.Page.Count = len(found.IDs)
	for i, id := range found.IDs {
		answer.Results[i] = entry(&q, id)
	}
	if found.More {
		answer.Page.Next = asked.seal(k, &q, found.Next)
	}
	if found.Counted {
		answer.Page.Total = &found.Total
	}
	return c.JSON(answer)
}

// resultsJSON has the page first, as the standard recommends.
type resultsJSON[E any] struct {
	Page struct {
		Next  string `json:"next_token"`
		Count int    `json:"count"`
		Total *int   `json:"total,omitempty"`
	} `json:"page"`
	Context contextJSON `json:"context"`
	Results []E         `json:"results"`
}

type contextJSON struct {
	MaxAge int `json:"max_age"`
}

type entityJSON struct {
	Type string `json:"type"`
	ID   string `json:"id"`
}

type actionJSON struct {
	Name string `json:"name"`
}
