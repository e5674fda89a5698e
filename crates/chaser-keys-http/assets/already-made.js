// A form that was sent again: a reload from here asks for the list instead.

history.replaceState(null, "", "/keys");
