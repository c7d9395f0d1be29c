package frontend

import "html/template"

// icons are drawn on a 24 by 24 grid, in strokes of the text's colour.
var icons = map[string]template.HTML{
	// What is held; the names that data maps use.
	"person":    `<circle cx="12" cy="8" r="3.6"/><path d="M4.8 20c.5-4.2 3.4-6.4 7.2-6.4s6.7 2.2 7.2 6.4"/>`,
	"contact":   `<rect x="3" y="5.5" width="18" height="13" rx="2"/><path d="m3.6 7 8.4 6.2L20.4 7"/>`,
	"tax":       `<path d="M4 9.5 12 4.5l8 5M5 20h14M6.8 10v7.5M12 10v7.5M17.2 10v7.5"/>`,
	"card":      `<rect x="2.8" y="5.5" width="18.4" height="13" rx="2.2"/><path d="M3 10h18M6.5 15h3.5"/>`,
	"contract":  `<path d="M6 3.5h8.5L18.5 7.5v13H6zM14.3 3.7V7.8h4M9 12h6.5M9 15.5c1.2-1.4 1.9-1.4 2.5-.2s1.4 1 2.3-.3 1.4-.6 1.7.3"/>`,
	"bill":      `<path d="M5.5 3.5h13v17l-2.2-1.6-2.1 1.6-2.2-1.6-2.2 1.6-2.1-1.6-2.2 1.6zM9 8h6M9 11.5h6M12.5 15H15"/>`,
	"payment":   `<path d="M3.5 8.5h15l-3-3.3M20.5 15.5h-15l3 3.3"/>`,
	"chart":     `<path d="M4 20h16M6.5 16.5v-4M10.5 16.5V8M14.5 16.5v-6M18.5 16.5V5"/>`,
	"meter":     `<path d="M5.2 17.8a9 9 0 1 1 13.6 0M12 13.5l3.8-4.3M7 12h.6M12 6.8v.6"/><circle cx="12" cy="13.5" r="1.3"/>`,
	"scale":     `<path d="M12 4v16M8 20h8M5 7h14M5 7l-2.6 6.2a2.8 2.8 0 0 0 5.2 0zM19 7l-2.6 6.2a2.8 2.8 0 0 0 5.2 0z"/>`,
	"note":      `<path d="M4.5 4.5h15v10.2l-4.8 4.8H4.5zM19.3 14.7h-4.6v4.6M8 9h8M8 12.5h4.5"/>`,
	"heart":     `<path d="M12 19.8C6.5 15.8 3.6 12.8 3.6 9.3A4.5 4.5 0 0 1 12 7.2a4.5 4.5 0 0 1 8.4 2.1c0 3.5-2.9 6.5-8.4 10.5z"/>`,
	"megaphone": `<path d="M4 10v4.5h3L16.5 19V5.5L7 10zM7.5 14.7 8.8 20h2.4l-1.1-4M19.5 10.2c.7 1.3.7 2.8 0 4.1"/>`,
	"key":       `<circle cx="8" cy="15.5" r="4"/><path d="m10.9 12.6 8.6-8.6M15.5 8l2.6 2.6M18 5.5l2 2"/>`,
	"sheet":     `<path d="M6 3.5h8.5L18.5 7.5v13H6zM14.3 3.7V7.8h4M9 12h6.5M9 15.5h6.5"/>`,

	// Where to go.
	"overview":          `<path d="M2.8 12C5 7.8 8.2 5.7 12 5.7s7 2.1 9.2 6.3c-2.2 4.2-5.4 6.3-9.2 6.3S5 16.2 2.8 12z"/><circle cx="12" cy="12" r="2.9"/>`,
	"choices":           `<rect x="3" y="4.5" width="18" height="6.4" rx="3.2"/><circle cx="17.6" cy="7.7" r="1.5"/><rect x="3" y="13.3" width="18" height="6.4" rx="3.2"/><circle cx="6.4" cy="16.5" r="1.5"/>`,
	"history":           `<path d="M4.2 9.5A8.3 8.3 0 1 1 3.8 13M3.5 5v4.7h4.7M12 7.5V12l3.2 2"/>`,
	"download":          `<path d="M12 3.8v11M7.5 10.7l4.5 4.4 4.5-4.4M4 16.5v3.7h16v-3.7"/>`,
	"staff_home":        `<path d="M4 11.2 12 4.5l8 6.7M6.2 9.6v9.9h11.6V9.6M10 19.5v-5.3h4v5.3"/>`,
	"staff_data_map":    `<circle cx="6" cy="6" r="2.6"/><circle cx="18" cy="9" r="2.6"/><circle cx="9" cy="18" r="2.6"/><path d="m8.5 6.7 7 1.7M7 8.5l1.4 7M16.4 11l-5.6 5.1"/>`,
	"staff_people":      `<circle cx="9" cy="8.5" r="3.2"/><path d="M3.5 19c.6-3.3 2.700-5 5.500-5s4.900 1.700 5.500 5"/><path d="M15.200 5.700a3 3 0 0 1 0 5.600M17 14.400c1.900.6 3.100 2.100 3.500 4.600"/>`,
	"staff_clients":     `<rect x="3.5" y="4.5" width="17" height="6.2" rx="1.6"/><rect x="3.5" y="13.3" width="17" height="6.2" rx="1.6"/><path d="M7 7.6h.4M10 7.6h.4M7 16.4h.4M10 16.4h.4"/>`,
	"requests":          `<path d="M4 5.5h16v10.5h-8.5L7 20v-4H4zM8 9.2h8M8 12.3h5"/>`,
	"staff_customers":   `<circle cx="10" cy="8" r="3.4"/><path d="M3.5 19.5c.5-3.900 2.900-6 6.500-6 1.200 0 2.300.2 3.200.7"/><circle cx="16.500" cy="16.500" r="2.900"/><path d="m18.700 18.700 2.300 2.300"/>`,
	"staff_emergencies": `<path d="M12 3.500 4.500 6.300v5.200c0 4.500 2.900 7.700 7.500 9 4.600-1.300 7.500-4.500 7.500-9V6.300zM12 8v4.800M12 15.600v.3"/>`,
	"staff_accesses":    `<path d="M2.800 12C5 7.800 8.200 5.700 12 5.700s7 2.100 9.200 6.300c-2.200 4.200-5.400 6.300-9.200 6.300S5 16.200 2.800 12z"/><path d="M12 9.200V12l2 1.700"/>`,
	"staff_requests":    `<path d="M4 5.5h16v10.5h-8.5L7 20v-4H4zM8 9.2h8M8 12.3h5"/>`,
	"erase":             `<path d="m4 15.5 9-9 6 6-7 7H7.5zM9.5 10l6 6M12 19.5h8"/>`,
	"check":             `<path d="M12 3 4.5 5.8v5.7c0 4.5 2.9 7.7 7.5 9.5 4.6-1.8 7.5-5 7.5-9.5V5.8zM8.6 12l2.5 2.6 4.5-5"/>`,
	"staff_notices":     `<path d="M6 3.5h12v17H6zM9 8h6M9 11.5h6M9 15h3"/>`,
	"staff_evidence":    `<path d="M6 3.5h8.5L18.5 7.5v4M14.3 3.7V7.8h4M6 3.5v17h5M9 11h5M9 14.5h2.500"/><circle cx="15.8" cy="16.2" r="3.4"/><path d="m18.300 18.700 2.700 2.600"/>`,
	"policy":            `<path d="M6 3.5h9l3.5 3.5v13.5H6zM15 3.5V7h3.5M9 12.5l2 2 4-4M9 17.5h6"/>`,
	"staff_training":    `<path d="M2.8 9.5 12 5l9.2 4.5L12 14zM6.5 11.5v4.8c1.6 1.5 3.4 2.2 5.5 2.2s3.9-.7 5.5-2.2v-4.8M21.2 9.5v5"/>`,

	// What happened.
	"yes":     `<path d="m5 12.7 4.5 4.5L19.2 7"/>`,
	"no":      `<path d="M6.3 6.3l11.4 11.4M17.7 6.3 6.3 17.7"/>`,
	"renew":   `<path d="M19.5 12a7.5 7.5 0 0 1-13.3 4.8M4.5 12a7.5 7.5 0 0 1 13.3-4.8M18 3.5v4h-4M6 20.5v-4h4"/>`,
	"clock":   `<circle cx="12" cy="12" r="8.3"/><path d="M12 7.2V12l3.3 2"/>`,
	"stop":    `<circle cx="12" cy="12" r="8.3"/><path d="m6.3 6.3 11.4 11.4"/>`,
	"hand":    `<path d="M8 12.5V6a1.5 1.5 0 0 1 3 0v5M11 10.5V4.7a1.5 1.5 0 0 1 3 0v6M14 10.5V6.2a1.5 1.5 0 0 1 3 0V14c0 4-2 6.5-5.5 6.5-3 0-4.3-1.3-5.5-3.5l-2.2-3.9c-.8-1.5 1.1-2.6 2.1-1.3L8 14"/>`,
	"eye":     `<path d="M2.8 12C5 7.8 8.2 5.7 12 5.7s7 2.1 9.2 6.3c-2.2 4.2-5.4 6.3-9.2 6.3S5 16.2 2.8 12z"/><circle cx="12" cy="12" r="2.9"/>`,
	"hide":    `<path d="M4 4l16 16M9.5 6.1A9.5 9.5 0 0 1 12 5.7c3.8 0 7 2.1 9.2 6.3a13 13 0 0 1-2.7 3.5M6.4 7.7A13.5 13.5 0 0 0 2.8 12C5 16.2 8.2 18.3 12 18.3c1.6 0 3-.3 4.3-1"/>`,
	"enter":   `<path d="M11 4.5h8.5v15H11M3.5 12h11M10.5 8l4 4-4 4"/>`,
	"leave":   `<path d="M13 4.5H4.5v15H13M9.5 12h11M16.5 8l4 4-4 4"/>`,
	"letter":  `<path d="M6 3.5h12v17H6zM9 8h6M9 11.5h6M9 15h3"/>`,
	"seal":    `<circle cx="12" cy="9.5" r="5.8"/><path d="m9.7 9.6 1.7 1.7 3-3.3M8.7 14.3 7.5 21l4.5-2.3 4.5 2.3-1.2-6.7"/>`,
	"alert":   `<path d="M12 4 2.8 19.5h18.4zM12 10v4.5M12 16.9v.4"/>`,
	"info":    `<circle cx="12" cy="12" r="8.3"/><path d="M12 11v5.5M12 7.5v.4"/>`,
	"search":  `<circle cx="10.5" cy="10.5" r="6"/><path d="m15 15 5.2 5.2"/>`,
	"file":    `<path d="M6 3.5h8.5L18.5 7.5v13H6zM14.3 3.7V7.8h4"/>`,
	"down":    `<path d="m6.5 9.5 5.5 5.5 5.5-5.5"/>`,
	"forward": `<path d="M4.5 12h14.5M13.5 6.5 19 12l-5.5 5.5"/>`,
	"back":    `<path d="M19.5 12H5M10.5 6.5 5 12l5.5 5.5"/>`,
	"up":      `<path d="M12 19.5V5M6.5 10.5 12 5l5.5 5.5"/>`,
	"falling": `<path d="M12 4.5V19M6.5 13.5 12 19l5.5-5.5"/>`,
	"globe":   `<circle cx="12" cy="12" r="8.3"/><path d="M3.7 12h16.6M12 3.7c2.3 2.3 3.4 5 3.4 8.3s-1.1 6-3.4 8.3c-2.3-2.3-3.4-5-3.4-8.3s1.1-6 3.4-8.3z"/>`,
	"print":   `<path d="M7 8.5v-5h10v5M7 16.5H4v-8h16v8h-3M7 13.5h10v7H7z"/>`,
	"box":     `<path d="M4 8 12 4l8 4v8.5l-8 4-8-4zM4.3 8.2 12 12l7.7-3.8M12 12v8.3"/>`,
	"lock":    `<rect x="5" y="10.5" width="14" height="9.5" rx="2"/><path d="M8 10.5V8a4 4 0 0 1 8 0v2.5M12 14.2v2"/>`,
	"people":  `<circle cx="9" cy="8.5" r="3.2"/><path d="M2.8 19c.4-3.7 2.8-5.6 6.2-5.6s5.8 1.9 6.2 5.6M15.5 5.6a3.2 3.2 0 0 1 0 5.8M17.5 13.9c2.2.7 3.5 2.4 3.8 5.1"/>`,
	"menu":    `<path d="M4 7h16M4 12h16M4 17h16"/>`,
}

// icon draws one; an unknown name draws a plain sheet, for data maps name their icons freely.
func icon(name string) template.HTML {
	drawing, ok := icons[name]
	if !ok {
		drawing = icons["sheet"]
	}
	return `<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">` + drawing + `</svg>`
}
