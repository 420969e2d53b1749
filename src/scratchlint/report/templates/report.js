'use strict'

// Reading needs no script: this adds the filter, and links from the summary into it.
const form = document.getElementById('filter')

if (form) {
  const fields = ['level', 'rule', 'role', 'directory']
  const findings = [...document.querySelectorAll('.finding')]
  const texts = new Map(findings.map((finding) => [finding, finding.textContent.toLowerCase()]))
  const shown = document.getElementById('shown')

  const apply = () => {
    const words = form.elements.text.value.toLowerCase().split(/\s+/).filter(Boolean)
    let number = 0
    for (const finding of findings) {
      const fits =
        fields.every((field) => ['', finding.dataset[field]].includes(form.elements[field].value)) &&
        words.every((word) => texts.get(finding).includes(word))
      finding.hidden = !fits
      number += fits
    }
    shown.textContent = `${number} of ${findings.length} shown`
  }

  form.addEventListener('input', apply)
  form.addEventListener('change', apply)
  // The fields still hold their old values while the event is under way.
  form.addEventListener('reset', () => setTimeout(apply))
  form.addEventListener('submit', (event) => event.preventDefault())
  form.addEventListener('click', ({ target }) => {
    if (target.dataset.open === undefined) return
    for (const finding of findings) finding.open = target.dataset.open === 'true'
  })
  for (const link of document.querySelectorAll('[data-field]')) {
    link.addEventListener('click', () => {
      form.reset()
      form.elements[link.dataset.field].value = link.dataset.value
      apply()
    })
  }
  form.hidden = false
  apply()
}
