package dev.reconcile.cli;

/** The help texts. */
final class Help {
  private static final String REPO_OPTIONS =
      """
        --repo URL|DIR       git@host:path, ssh://, https://, file:// or a directory (its HEAD)
        --ref REF            branch, tag or commit; the repo's default branch if not given
        --path DIR           folder of the repo that holds the desired state
                             (default: the root, else desired-state/)
        --host NAME          which hosts/NAME.yaml applies (default: this machine's name)
        --root DIR           work on a directory tree instead of this machine; starts nothing
        --only APP           deal with this app alone; may be given several times
        --no-prune           leave what is no longer in the repo (--prune: remove it, whatever the
                       configuration says)
        --max-prune N        allow so many deletions in this run
        --take-over          back up and take over foreign files that are in the way
        --allow-rewind       accept a commit that does not come after the last applied one
        --lock-timeout TIME  how long to wait for another run to end, such as 30s
        --detailed-exitcode  exit with 2 when there are changes and all went well
        --json               print one JSON document instead of text
        --config FILE        instead of /etc/reconcile/config.yaml
        --no-color, -v (--verbose), -q (--quiet), --version, -h (--help)
      """;

  private Help() {}

  static String of(Arguments.Command command) {
    return switch (command) {
      case APPLY ->
          """
          Usage: reconcile [apply] --repo URL|DIR [options]

          Makes this machine match a desired-state repo, changing only what differs.

          Commands: apply (the usual one), plan, validate, allocate; each has its own --help.

          Options:
          """
              + REPO_OPTIONS
              + """
                --dry-run            the same as the command plan

              Example:
                reconcile --repo git@example.com:me/server.git
              """;
      case PLAN ->
          """
          Usage: reconcile plan --repo URL|DIR [options]

          Shows what an apply would do, and changes nothing, anywhere.

          Options:
          """
              + REPO_OPTIONS
              + """

              Example:
                reconcile plan --repo git@example.com:me/server.git --only shop
              """;
      case ALLOCATE ->
          """
          Usage: reconcile allocate [DIR] [options]

          Gives a number (a port or a socket's suffix) to each app in DIR (default: here, else
          ./desired-state) that needs one and has none, and writes allocations.yaml, to be
          committed. No app's number ever changes by itself, and that of a removed app waits for it.

            --reassign APP       give this app another number
            --release APP        forget the number of an app that was removed
            --check              write nothing; exit with 65 if a number is missing
            --path DIR           the folder inside DIR that holds the desired state
            --no-color, -v (--verbose), -q (--quiet), --version, -h (--help)

          Example:
            reconcile allocate --check desired-state
          """;
      case VALIDATE ->
          """
          Usage: reconcile validate [DIR]

          Checks the desired-state tree in DIR (default: here, else ./desired-state) without a
          host: for a pre-commit hook or CI. Exits with 65 if there is a mistake.

            --path DIR           the folder inside DIR that holds the desired state
            --no-color, -v (--verbose), -q (--quiet), --version, -h (--help)

          Example:
            reconcile validate desired-state
          """;
    };
  }
}
