"""Completion for bash. Click's own breaks words at colons, and `HOST:5000/REPOSITORY:TAG` has two.

Bash ends words at a colon, and completes the text after it. So the script sends the line as
typed, and gets back only the part of each answer after the last colon.
"""

from __future__ import annotations

import os

from click.shell_completion import CompletionItem, ShellComplete, add_completion_class, split_arg_string

_SCRIPT = """\
%(complete_func)s() {
    local IFS=$'\\n'
    local response

    response=$(env COMP_WORDS="${COMP_WORDS[*]}" COMP_CWORD=$COMP_CWORD COMP_LINE="${COMP_LINE:0:COMP_POINT}" \\
        COMP_WORDBREAKS="$COMP_WORDBREAKS" %(complete_var)s=bash_complete $1)

    for completion in $response; do
        IFS=',' read -r type value <<< "$completion"

        if [[ $type == 'dir' ]]; then
            COMPREPLY=()
            compopt -o dirnames
        elif [[ $type == 'file' ]]; then
            COMPREPLY=()
            compopt -o default
        elif [[ $type == 'plain' ]]; then
            COMPREPLY+=("$value")
        fi
    done

    return 0
}

%(complete_func)s_setup() {
    complete -o nosort -F %(complete_func)s %(prog_name)s
}

%(complete_func)s_setup;
"""


@add_completion_class
class BashComplete(ShellComplete):
    """Answers the script, and that of click, which an older lazyoci printed."""

    name = "bash"
    source_template = _SCRIPT

    def get_completion_args(self) -> tuple[list[str], str]:
        """The words before the one being typed, and that one."""
        line = os.environ.get("COMP_LINE")
        if line is None:
            words, at = split_arg_string(os.environ["COMP_WORDS"]), int(os.environ["COMP_CWORD"])
            return words[1:at], words[at] if at < len(words) else ""
        words = split_arg_string(line)[1:]
        incomplete = words.pop() if words and not line[-1:].isspace() else ""
        return words, incomplete

    def format_completion(self, item: CompletionItem) -> str:
        """One line of the answer, without the part that bash already has."""
        value = str(item.value)
        if ":" in os.environ.get("COMP_WORDBREAKS", "") and "COMP_LINE" in os.environ:
            _, incomplete = self.get_completion_args()
            before = incomplete.rpartition(":")[0]
            value = value.removeprefix(f"{before}:") if before else value
        return f"{item.type},{value}"
