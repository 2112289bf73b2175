"""Labels: a template and facts become one layout in dots; the layout becomes ZPL or a picture."""
