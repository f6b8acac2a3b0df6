# Has git-lfs fetch objects into the folder $1, from the remote and by the pointers that standard input names.
# It makes a repository that holds these pointers and nothing else, so nothing that a commit says counts.
#   c: a line of the repository's configuration   n: a line of .netrc   p: OID SIZE
set -eu
umask 022
mkdir -p "$HOME"
cd "$1"
git init -q --bare .
mkdir pointers
# the source may belong to another user than the one that runs this
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
