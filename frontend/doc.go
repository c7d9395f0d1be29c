// Package frontend owns what a person sees: templates, styles, scripts and pictures. It turns typed
// page data into bytes and fetches nothing. Every page works without JavaScript and loads nothing
// from anyone else.
package frontend
