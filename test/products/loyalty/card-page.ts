const files: Readonly<Record<string, string>> = {
  'index.html': `<!doctype html>
<html lang="en">
  <meta charset="utf-8">
  <title>Card</title>
  <link rel="icon" href="data:,">
  <h1></h1>
  <script type="module" src="/_mock/card-page/assets/card-1.js"></script>
</html>
`,
  'assets/card-1.js': `const number = new URLSearchParams(location.search).get('card')
const { stamps } = await (await fetch('/_mock/cards/' + encodeURIComponent(number))).json()
const inEnglish = document.documentElement.lang === 'en'
document.querySelector('h1').textContent = inEnglish ? stamps + ' stamps' : '已集 ' + stamps + ' 枚'
`,
}

/** The card on the user's phone: `/_mock/card-page?card=C1`. */
export const cardPage = {
  path: '/card-page',
  title: { en: 'The card', zh: '会员卡' },
  read: (name: string) => (Object.hasOwn(files, name) ? new TextEncoder().encode(files[name]) : undefined),
}
