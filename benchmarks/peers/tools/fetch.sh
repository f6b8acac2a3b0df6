# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154
# Sourced: asks the repository for news, and leaves them in the folder $clone.
if [ -d "$clone" ]; then
  git -C "$clone" fetch --quiet origin
  git -C "$clone" reset --quiet --hard origin/main
else
  git clone --quiet file:///srv/git/server.git "$clone"
fi
