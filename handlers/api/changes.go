package api

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"candor/models"
	"candor/models/auth"
	"candor/models/feed"
)

// Feed is what the log tells; *feed.Feed is one.
type Feed interface {
	Read(ctx context.Context, q feed.Query) (feed.Page, error)
	Check(filter feed.Filter) error
	Ended() bool
}

// defaultChanges is how many changes an answer has if nothing else is asked for.
const defaultChanges = 100

// changes gives what comes after an entry of the log: as a page, at once or as soon as there is something; or as
// server-sent events, for as long as the reader and its token last.
func (h *handler) changes(c *fiber.Ctx) error {
	q, err := readQuery(c)
	if err != nil {
		return err
	}
	if err := h.Feed.Check(q.Filter); err != nil {
		return err
	}
	c.Vary(fiber.HeaderAccept)
	streamed := c.Accepts(fiber.MIMEApplicationJSON, mediaEvents) == mediaEvents
	if streamed || q.Wait > 0 {
		leave, err := h.waiting.enter()
		if err != nil {
			return err
		}
		if streamed {
			return h.streamChanges(c, q, leave)
		}
		defer leave()
	}
	page, err := h.Feed.Read(c.UserContext(), q)
	if err != nil {
		return err
	}
	if q.Wait > 0 { // much can happen to a client while it waits
		if err := h.still(c.UserContext(), bearerToken(c), auth.ScopeConsentsRead); err != nil {
			return err
		}
	}
	return c.JSON(page)
}

// readQuery reads which changes are asked for.
func readQuery(c *fiber.Ctx) (feed.Query, error) {
	if err := only(c, "after", "limit", "wait", "purpose", "kind"); err != nil {
		return feed.Query{}, err
	}
	q := feed.Query{Limit: defaultChanges, Filter: feed.Filter{Purposes: queries(c, "purpose"), Kinds: queries(c, "kind")}}
	if text := c.Query("after"); text != "" {
		after, err := strconv.ParseUint(text, 10, 53)
		if err != nil {
			return q, models.Fail(models.Invalid, "bad_position").In("after")
		}
		q.After = after
	}
	var err error
	if q.Limit, err = whole(c, "limit", defaultChanges, 1, feed.MaxLimit); err != nil {
		return q, err
	}
	wait, err := whole(c, "wait", 0, 0, int(feed.MaxWait/time.Second))
	q.Wait = time.Duration(wait) * time.Second
	return q, err
}

// queries gives all values of a parameter that may be there more than once.
func queries(c *fiber.Ctx, name string) []string {
	var values []string
	for _, value := range c.Context().QueryArgs().PeekMulti(name) {
		values = append(values, string(value))
	}
	return values
}

// whole reads a parameter that is a whole number.
func whole(c *fiber.Ctx, name string, otherwise, least, most int) (int, error) {
	text := c.Query(name)
	if text == "" {
		return otherwise, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < least || n > most {
		return 0, models.Fail(models.Invalid, "out_of_range", "min", least, "max", most).In(name)
	}
	return n, nil
}

// places are as many as may be taken at once.
type places chan struct{}

// enter takes one, if one is free.
func (p places) enter() (leave func(), err error) {
	select {
	case p <- struct{}{}:
		return func() { <-p }, nil
	default:
		return nil, models.Fail(models.Unavailable, "too_many_readers", "seconds", int(feed.MaxWait/time.Second))
	}
}

// still says whether a token is as good as when its request was let in.
func (h *handler) still(ctx context.Context, token, scope string) error {
	grant, err := h.Auth.Authorize(ctx, token)
	if err == nil && !grant.Has(scope) {
		err = auth.ErrInvalidToken
	}
	return err
}

// bearerToken is a copy of the token of a request that was let in.
func bearerToken(c *fiber.Ctx) string {
	_, token, _ := strings.Cut(c.Get(fiber.HeaderAuthorization), " ")
	return strings.Clone(token)
}

// isOver says whether an error of a stream says no more than that it should end.
func isOver(err error) bool {
	return errors.Is(err, auth.ErrInvalidToken) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}
