// After a form that was sent twice, a reload shows the list.

history.replaceState(null, "", "/keys");
