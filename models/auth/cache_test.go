package auth

import (
	"strconv"
	"testing"
)

func TestTokenCacheIsBounded(t *testing.T) {
	c := newTokenCache(3)
	for i := range 10 {
		name := strconv.Itoa(i)
		c.add(name, access{client: name})
		if a, ok := c.find(name); !ok || a.client != name {
			t.Errorf("%s is not remembered", name)
		}
	}
	if len(c.seen) != 3 {
		t.Errorf("%d tokens are remembered", len(c.seen))
	}
}
