# SPDX-License-Identifier: Apache-2.0
# Runs git-lfs to fetch objects into the folder $1. Standard input names the remote and the pointers.
# git-lfs sees a repository with these pointers and nothing else, so no file of a commit can configure it.
#   c: a line of the repository's configuration   n: a line of .netrc   p: OID SIZE
set -eu
umask 022
mkdir -p "$HOME"
cd "$1"
git init -q --bare .
mkdir pointers
# The source may belong to another user than the caller.
printf '[safe]\n\tdirectory = *\n[user]\n\tname = reconcile\n\temail = reconcile@localhost\n' >"$HOME/.gitconfig"
while IFS= read -r line; do
  case $line in
    c*) printf '%s\n' "${line#c}" >>config ;;
    n*) (umask 077 && printf '%s\n' "${line#n}" >>"$HOME/.netrc") ;;
    p*)
      pointer=${line#p}
      printf 'version https://git-lfs.github.com/spec/v1\noid sha256:%s\nsize %s\n' \
        "${pointer% *}" "${pointer#* }" >"pointers/${pointer% *}"
      ;;
  esac
done
git --git-dir=. --work-tree=pointers add -A
tree=$(git write-tree)
commit=$(git commit-tree -m objects "$tree")
git update-ref refs/heads/main "$commit"
exec git lfs fetch origin main
