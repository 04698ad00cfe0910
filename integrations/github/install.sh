#!/usr/bin/env bash
# Installs lazyoci from the checkout of this action into a directory of its own, and puts only `lazyoci` on PATH.
# In: INPUT_PYTHON, a program or nothing; GITHUB_ACTION_PATH, RUNNER_TEMP, GITHUB_PATH, GITHUB_OUTPUT of the runner.
# Out: `program` and `python`, the paths of what was installed.
set -euo pipefail

# The checkout may hold a venv.py, a pip.py or a program of its own: -I keeps Python from importing from the working
# directory, and of PATH only absolute entries count.
case ${INPUT_PYTHON:-} in
  */*) case $INPUT_PYTHON in /* | [A-Za-z]:*) ;; *) INPUT_PYTHON=$PWD/$INPUT_PYTHON ;; esac ;;
esac
cd "$RUNNER_TEMP"

works() {
  "$1" -I -c 'import sys, venv; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

python=""
for candidate in ${INPUT_PYTHON:+"$INPUT_PYTHON"} python3 python python3.14 python3.13 python3.12 python3.11; do
  if works "$candidate"; then
    python=$candidate
    break
  fi
  if [ -n "${INPUT_PYTHON:-}" ]; then
    break # what was asked for by name is not replaced
  fi
done
if [ -z "$python" ]; then
  # the name may hold anything: it is not printed
  echo "::error title=lazyoci::no Python 3.11 or newer with venv was found; run actions/setup-python first, or name one by the input python"
  exit 1
fi

home=$RUNNER_TEMP/lazyoci
if [ ! -e "$home/installed" ]; then
  rm -rf "$home"
  "$python" -I -m venv "$home/venv"
  if [ -d "$home/venv/Scripts" ]; then bin=$home/venv/Scripts; else bin=$home/venv/bin; fi
  "$bin/python" -I -m pip install --quiet --disable-pip-version-check --no-input \
    --constraint "$GITHUB_ACTION_PATH/integrations/constraints.txt" "$GITHUB_ACTION_PATH"
  # not all of the environment's programs: its `python` is not the job's
  mkdir "$home/bin"
  cp "$bin"/lazyoci* "$home/bin/"
  printf '%s\n' "$bin" >"$home/installed"
fi
bin=$(cat "$home/installed")
printf '%s\n' "$home/bin" >>"$GITHUB_PATH"
printf 'program=%s\npython=%s\n' "$bin/lazyoci" "$bin/python" >>"$GITHUB_OUTPUT"
"$bin/lazyoci" --version
