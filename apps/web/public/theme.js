// Sets the theme before the page is drawn (apps/web/src/app/theme.ts).
try {
  const theme = localStorage.getItem('latchkey.theme');
  if (theme === 'day' || theme === 'night') document.documentElement.dataset.theme = theme;
} catch {
  // Some browsers refuse storage.
}
