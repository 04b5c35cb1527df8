#!/bin/sh
# comment.sh TABLE: makes the file a comment of pull request $NUMBER of $GITHUB_REPOSITORY, in place of
# the comment it made before under the same $NAME. Needs gh, GitHub's command, with GH_TOKEN.
set -eu
marker="<!-- jitstat ab: $(printf %s "$NAME" | tr -c 'A-Za-z0-9 ._\n' -) -->"
body=$(mktemp)
trap 'rm -f "$body"' EXIT
{ echo "$marker" && cat "$1"; } >"$body"

issues=repos/$GITHUB_REPOSITORY/issues
ours=".[] | select(.body | startswith(\"$marker\")) | .id"
old=$(gh api --paginate "$issues/$NUMBER/comments" --jq "$ours" | head -n 1)
if [ -n "$old" ]; then
  gh api --silent --method PATCH "$issues/comments/$old" --field "body=@$body"
else
  gh api --silent --method POST "$issues/$NUMBER/comments" --field "body=@$body"
fi
