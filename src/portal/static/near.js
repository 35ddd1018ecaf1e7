// Clinics nearby: asks the browser where it is when somebody taps, and sends no more than some 100 metres of it.
(() => {
  const form = document.getElementById("near");
  const told = document.getElementById("near-told");
  if (!form || !told || !navigator.geolocation) return;
  form.hidden = false;
  const rounded = (degrees) => degrees.toFixed(3);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    told.textContent = form.dataset.asking;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        form.elements.latitude.value = rounded(coords.latitude);
        form.elements.longitude.value = rounded(coords.longitude);
        form.submit();
      },
      () => { told.textContent = form.dataset.failed; },
      { timeout: 15000, maximumAge: 300000 },
    );
  });
})();
