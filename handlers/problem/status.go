package problem

import (
	"errors"
	"net/http"

	"github.com/gofiber/fiber/v2"

	"candor/models"
)

// codeMethod is the one code of kind Unsupported that is about the method and not the media type.
const codeMethod = "method_not_allowed"

// Status is the HTTP status of an error: the only place that says so.
func Status(err error) int {
	e := From(err)
	switch e.Kind {
	case models.Malformed:
		return http.StatusBadRequest
	case models.Invalid:
		return http.StatusUnprocessableEntity
	case models.Unauthenticated:
		return http.StatusUnauthorized
	case models.Forbidden:
		return http.StatusForbidden
	case models.NotFound:
		return http.StatusNotFound
	case models.Conflict:
		return http.StatusConflict
	case models.Gone:
		return http.StatusGone
	case models.TooLarge:
		return http.StatusRequestEntityTooLarge
	case models.TooMany:
		return http.StatusTooManyRequests
	case models.Unsupported:
		if e.Code == codeMethod {
			return http.StatusMethodNotAllowed
		}
		return http.StatusUnsupportedMediaType
	case models.Unavailable:
		return http.StatusServiceUnavailable
	case models.Internal:
		return http.StatusInternalServerError
	}
	return http.StatusInternalServerError
}

// From finds the models.Error in err, or gives the one that an error of Fiber's router amounts to;
// anything else is internal.
func From(err error) *models.Error {
	if e, ok := errors.AsType[*models.Error](err); ok {
		if e.Kind == models.Internal {
			return internal(err)
		}
		return e
	}
	var f *fiber.Error
	if !errors.As(err, &f) {
		return internal(err)
	}
	switch f.Code {
	case http.StatusNotFound:
		return models.Fail(models.NotFound, "not_found")
	case http.StatusMethodNotAllowed:
		return models.Fail(models.Unsupported, codeMethod)
	case http.StatusRequestEntityTooLarge, http.StatusRequestHeaderFieldsTooLarge, http.StatusRequestURITooLong:
		return models.Fail(models.TooLarge, "too_large")
	case http.StatusTooManyRequests:
		return models.Fail(models.TooMany, "too_many_requests", "seconds", 1)
	case http.StatusServiceUnavailable:
		return models.Fail(models.Unavailable, "unavailable")
	}
	if f.Code >= 400 && f.Code < 500 {
		return models.Fail(models.Malformed, "bad_request")
	}
	return internal(err)
}

func internal(err error) *models.Error { return models.Fail(models.Internal, "internal").Because(err) }
