#!/bin/sh
# Builds assets/vendor/editor/index.js from source.js and the pinned packages; what is built is committed.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$here/package.json" "$here/source.js" "$work"
cd "$work"
npm install --no-audit --no-fund --no-package-lock >/dev/null
npx esbuild source.js --bundle --minify --format=esm --target=es2022 --legal-comments=none --outfile="$here/editor/index.js"
{
  echo "editor/index.js is built from these packages, all under the MIT licence."
  for folder in node_modules/@tiptap/* node_modules/prosemirror-* node_modules/linkifyjs node_modules/orderedmap \
    node_modules/rope-sequence node_modules/w3c-keyname; do
    [ -f "$folder/package.json" ] || continue
    printf '\n== %s %s\n' "${folder#node_modules/}" "$(node -p "require('./$folder/package.json').version")"
    cat "$folder"/LICENSE* 2>/dev/null || true
  done
  printf '\n== tiptap (its packages name the licence and carry no copy of it)\n'
  cat <<'LICENCE'
MIT License

Copyright (c) 2025, Tiptap GmbH

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
LICENCE
} > "$here/editor/LICENCES.txt"
