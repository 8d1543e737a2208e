// Before the first paint: the theme that the person chose, or the machine's. A file of its own because the page allows no inline script.
(() => {
  const dark = () => {
    try {
      const chosen = localStorage.getItem('vueuse-color-scheme');
      if (chosen === 'dark' || chosen === 'light') return chosen === 'dark';
    } catch {
      // No storage: the machine decides.
    }
    return matchMedia('(prefers-color-scheme: dark)').matches;
  };
  document.documentElement.classList.toggle('dark', dark());
})();
