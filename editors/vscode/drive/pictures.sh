#!/bin/sh
# Takes the pictures of docs/images in a real VS Code: pictures.sh DIRECTORY [SCENE…], where setup.sh built it
set -eu
place=${1:?"usage: pictures.sh DIRECTORY"}
here=$(cd "$(dirname "$0")" && pwd)
images=$(cd "$here/../../../docs/images" && pwd)
shots=$(mktemp -d)
trap 'rm -rf "$shots"' EXIT
drive() {
  node "$here/drive.mjs" --code-server "$place" --out "$shots" "$@"
}

drive --theme dark --height 640 hover occasions
mv "$shots/hover.png" "$shots/hover-dark.png"
mv "$shots/occasions.png" "$shots/occasions-dark.png"
drive --width 1180 --height 800 previewStates
mv "$shots/preview-light.png" "$shots/preview.png"
rm "$shots/previewStates.png" # the last one again
drive --height 640 hover occasions
drive hints fixes completion exists # which takes refused.png
rm "$shots/exists.png"
for picture in "$shots"/*.png; do
  name=vscode-$(basename "$picture")
  pngquant 48 --nofs --speed 1 --strip --force --output "$images/$name" "$picture"
  echo "docs/images/$name: $(wc -c < "$images/$name") bytes"
done
