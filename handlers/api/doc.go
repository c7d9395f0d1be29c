// Package api serves what billing systems call: the OAuth token endpoint, and the JSON API under /api/v1
// that openapi.yaml describes. Each action is a file. Errors are problem documents (RFC 9457), those of
// the token endpoint as RFC 6749 has them.
package api
