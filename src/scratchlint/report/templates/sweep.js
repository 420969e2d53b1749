'use strict'

// The findings come packed (gzip, base64): a list of their first lines, and groups of what opens below them.
const form = document.getElementById('filter')

const unpacked = (element) => {
  const text = atob(element.textContent)
  const bytes = new Uint8Array(text.length)
  for (let place = 0; place < text.length; place++) bytes[place] = text.charCodeAt(place)
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))).json()
}

const start = async () => {
  const { repositories, findings, together } = await unpacked(document.getElementById('index'))
  const names = ['level', 'rule', 'role', 'language', 'year', 'repository', 'message', 'path', 'place', 'home', 'text']
  const columns = Object.fromEntries(names.map((name, number) => [name, number]))
  const fields = names.slice(0, 5).filter((name) => form.elements[name])
  const searched = (finding) =>
    finding.map((value, column) => (column === columns.repository ? repositories[value] : value)).join('\n').toLowerCase()
  const texts = findings.map(searched)
  const lower = repositories.map((name) => name.toLowerCase())
  const groups = document.querySelectorAll('.group')
  const list = document.getElementById('list')
  const more = document.getElementById('more')
  const template = document.getElementById('finding')
  const shown = document.getElementById('shown')
  const step = 100
  let found = []
  let listed = 0

  const line = (number) => {
    const finding = findings[number]
    const value = (name) => finding[columns[name]]
    const article = template.content.firstElementChild.cloneNode(true)
    article.classList.add(value('level'))
    article.dataset.number = number
    for (const name of fields) article.dataset[name] = value(name)
    article.querySelector('.level').textContent = value('level')
    const title = article.querySelector('h3')
    const path = value('path')
    const place = value('message').indexOf(path)
    if (place < 0) {
      title.textContent = value('message')
    } else {
      const code = document.createElement('code')
      code.textContent = path
      title.append(value('message').slice(0, place), code, value('message').slice(place + path.length))
    }
    article.querySelector('.place').textContent = `${repositories[value('repository')]}: ${value('place')}`
    article.addEventListener('toggle', () => open(article, number), { once: true })
    return article
  }

  const opened = new Map()
  const open = async (article, number) => {
    const group = Math.floor(number / together)
    if (!opened.has(group)) {
      if (opened.size > 20) opened.clear()
      opened.set(group, unpacked(groups[group]))
    }
    const bodies = await opened.get(group)
    // Its texts were escaped when it was written; scripts in a parsed document do not run.
    const body = new DOMParser().parseFromString(bodies[number % together], 'text/html').body
    article.append(...body.childNodes)
  }

  const show = () => {
    list.append(...found.slice(listed, listed + step).map(line))
    listed = Math.min(listed + step, found.length)
    more.hidden = listed === found.length
    const rest = more.hidden ? '' : `, ${listed} listed`
    shown.textContent = `${found.length} of ${findings.length} found${rest}`
  }

  const apply = () => {
    const words = form.elements.text.value.toLowerCase().split(/\s+/).filter(Boolean)
    const wanted = fields.map((name) => [columns[name], form.elements[name].value]).filter(([, value]) => value)
    const name = form.elements.repository.value.trim().toLowerCase()
    const exact = lower.includes(name)
    const meant = lower.map((one) => (exact ? one === name : one.includes(name)))
    found = []
    findings.forEach((finding, number) => {
      if (
        meant[finding[columns.repository]] &&
        wanted.every(([column, value]) => finding[column] === value) &&
        words.every((word) => texts[number].includes(word))
      ) {
        found.push(number)
      }
    })
    list.replaceChildren()
    listed = 0
    show()
  }

  // A text field changes once more when it is left: the list must stay as it is then.
  form.addEventListener('input', apply)
  for (const select of form.querySelectorAll('select')) select.addEventListener('change', apply)
  // The fields still hold their old values while the event is under way.
  form.addEventListener('reset', () => setTimeout(apply))
  form.addEventListener('submit', (event) => event.preventDefault())
  more.addEventListener('click', () => {
    const next = listed
    show()
    list.children[next].querySelector('summary').focus()
  })
  for (const link of document.querySelectorAll('[data-field]')) {
    link.addEventListener('click', () => {
      form.reset()
      form.elements[link.dataset.field].value = link.dataset.value
      apply()
    })
  }
  document.getElementById('message').hidden = true
  form.hidden = false
  apply()
}

if (form) {
  start().catch((error) => {
    document.getElementById('message').textContent = `The findings could not be unpacked: ${error}`
  })
}
