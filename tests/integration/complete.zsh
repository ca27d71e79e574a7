#!/bin/zsh -f
# SPDX-License-Identifier: MIT
# What zsh would offer for a command line: complete.zsh FOLDER-OF-_exprobe LINE FILE
# A second zsh is given the line and a tab by way of a terminal; every match goes to FILE, then =done.
zmodload zsh/zpty || exit 1
found=$3
: >$found
zpty inner zsh -f -i
zpty -w inner "PS1= PS2= fpath=(${(q)1} \$fpath); found=${(q)found}"
zpty -w inner 'autoload -Uz compinit && compinit -D -u'
zpty -w inner 'compadd() {
    local -a hits
    case " ${(pj: :)@[1,(i)--]} " in (*" -[OAD] "*) builtin compadd "$@"; return ;; esac
    builtin compadd -A hits "$@"
    (( $#hits )) && print -rl -- $hits >>$found
    builtin compadd "$@"
}'
zpty -w inner 'done-now() { print -r -- "=done" >>$found }; comppostfuncs=(done-now)'
zpty -w inner 'bindkey "^I" complete-word; LISTMAX=0; setopt no_beep'
zpty -w -n inner "$2"$'\t'
for _ in {1..300}; do
    grep -q '^=done' $found && break
    zpty -r -t inner >/dev/null
    sleep 0.1
done
zpty -d inner
grep -q '^=done' $found
