package dev.reconcile.command;

import dev.reconcile.cli.Invocation;

/** The help texts. */
public final class Help {
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
        --verify-commit      refuse a commit without a good signature by an allowed key
                             (/etc/reconcile/allowed_signers or allowed_keys.gpg)
        --lock-timeout TIME  how long to wait for another run to end, such as 30s
        --detailed-exitcode  exit with 2 when there are changes and all went well
        --json               print one JSON document instead of text
        --metrics FILE       write how it ended for Prometheus (default: reconcile.prom in
                             /var/lib/prometheus/node-exporter, if that is there)
        --on-failure COMMAND, --on-recovery COMMAND, --on-change COMMAND
                             run COMMAND, with the JSON report to read, after the first run that
                             fails (and when something else is wrong), the first good one after
                             it, and each that changes something; for the configuration, where
                             it may be a list of words
        --http-proxy URL, --https-proxy URL, --no-proxy NAMES, --ca-bundle FILE
                             how git, pip, apt and certbot reach the network, and whom they trust
                             there; without them the caller's http_proxy, https_proxy, no_proxy,
                             SSL_CERT_FILE and their like count. A password in URL belongs into
                             the configuration: who is logged in can read command lines
        --config FILE        instead of /etc/reconcile/config.yaml
        --status-html FILE   keep the page of "reconcile status --html" up to date
        --no-color, -v (--verbose), -q (--quiet), --version, -h (--help)
      """;

  private Help() {}

  public static String of(Invocation.Command command) {
    return switch (command) {
      case APPLY ->
          """
          Usage: reconcile [apply] --repo URL|DIR [options]

          Makes this machine match a desired-state repo, changing only what differs.

          Commands: apply (the usual one), plan, status, doctor, validate, adopt, history,
          rollback, suspend, resume, timer, allocate, init, schema, permute; each has its own
          --help.

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
      case ADOPT ->
          """
          Usage: reconcile adopt [DIR] [options]

          Looks at a server that was set up by hand and writes a desired-state tree that says the
          same into DIR (default: ./desired-state), which must be empty or not there yet. It reads
          systemd's units, nginx's configuration, the apps' processes, code and packages, asks each
          app for / once, and changes nothing on the host. It says what it took over, what will be
          different and why, what stays unmanaged, and what only you can decide, each with file and
          line; at the end, which commands to type next. An app of which it is not certain that
          whoever asks it now would find it afterwards is not adopted, and it says why.

            --unasked UNIT       write nothing: exit with 0 if nobody asks this unit any more, which
                                 was adopted, and else say who does
            --no-color, -v (--verbose), -q (--quiet), --version, -h (--help)

          Example:
            reconcile adopt /root/server
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
      case DOCTOR ->
          """
          Usage: reconcile doctor [options]

          Looks for what is missing or odd on this machine (nginx, systemd, the configuration, the
          repo and the way to it, the timer, earlier runs, the disk), and names the command that
          mends it. Changes nothing. Exits with 1 if there is a finding.

            --json               print one JSON document instead of text
            --config FILE        instead of /etc/reconcile/config.yaml
            --no-color, -v (--verbose), -q (--quiet), --version, -h (--help)

          Example:
            reconcile doctor
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
      case HISTORY ->
          """
          Usage: reconcile history [options]

          Lists the runs that changed something, the newest first: the run's name, the commit, and
          what became of which app. The newest 30 are kept, within 2 GiB.

            --root DIR           of a directory tree instead of this machine
            --json               print one JSON document, with every change
            --no-color, -v (--verbose), -q (--quiet), --version, -h (--help)

          Example:
            reconcile history
          """;
      case INIT ->
          """
          Usage: reconcile init [DIR]

          Writes a desired state to begin with into DIR (default: here): reconcile.yaml, one app
          with its code, and schemas for editors. It is valid as it is, and commented. Nothing is
          overwritten: if one of the files is there, none is written.

            --no-color, -v (--verbose), -q (--quiet), --version, -h (--help)

          Example:
            reconcile init server
          """;
      case RESUME ->
          """
          Usage: reconcile resume [options]

          Lets applies change this machine again, after suspend.

            --root DIR           a directory tree instead of this machine
            --no-color, -v (--verbose), -q (--quiet), --version, -h (--help)

          Example:
            reconcile resume
          """;
      case ROLLBACK ->
          """
          Usage: reconcile rollback [APP] [--to RUN] [options]

          Takes an app back to what it was before the last run that changed it; without APP, every
          app that the last run changed. It goes through the same checks as an apply, and asks no
          repo. What the repo says now is not tried again until it changes, or with
          reconcile --only APP.

            --to RUN             back to the end of this run (see: reconcile history)
            --dry-run            only show what would be done
            --path DIR, --host NAME, --root DIR, --take-over, --lock-timeout TIME,
            --detailed-exitcode, --json, --metrics FILE, --on-failure COMMAND,
            --on-recovery COMMAND, --on-change COMMAND, --http-proxy URL, --https-proxy URL,
            --no-proxy NAMES, --ca-bundle FILE, --config FILE
                                 as for apply
            --no-color, -v (--verbose), -q (--quiet), --version, -h (--help)

          Example:
            reconcile rollback shop
          """;
      case SCHEMA ->
          """
          Usage: reconcile schema [app|reconcile|host] [options]

          Prints the JSON Schema (draft-07) of apps/NAME.yaml, reconcile.yaml or hosts/NAME.yaml,
          with which an editor completes and checks what is typed. What it lets pass, validate may
          still refuse: see docs/schema.md.

            --into DIR           write all of them to DIR: app.json, reconcile.json, host.json
            --no-color, -v (--verbose), -q (--quiet), --version, -h (--help)

          Example:
            reconcile schema --into .schema
          """;
      case SUSPEND ->
          """
          Usage: reconcile suspend --reason TEXT [options]

          From now on an apply does nothing but say who has said so, when and why, and exits with
          0, so that a timer raises no alarm. A run in progress goes on to its end. Plans and
          rollback work as ever; reconcile resume ends it.

            --reason TEXT        why, in one line
            --root DIR           a directory tree instead of this machine
            --no-color, -v (--verbose), -q (--quiet), --version, -h (--help)

          Example:
            reconcile suspend --reason "moving the database, Ann"
          """;
      case STATUS ->
          """
          Usage: reconcile status [options]

          Shows how this machine's apps are doing: unit, workers, socket, site, what the health
          check answers now, certificate, revision, and drift from the commit that was applied
          last; and how the last run ended. Asks no repo and changes nothing. Exits with 1 if
          something is not well.

            --html FILE          write a page as well, for a browser (with --root, into the tree)
            --json               print one JSON document instead of text
            --path DIR, --host NAME, --root DIR, --config FILE
                                 as for apply
            --no-color, -v (--verbose), -q (--quiet), --version, -h (--help)

          Example:
            reconcile status
          """;
      case TIMER ->
          """
          Usage: reconcile timer install|remove [options]

          Has systemd run reconcile again and again, where no package has brought a timer: writes
          reconcile.service and reconcile.timer to /etc/systemd/system, and starts the timer; or
          takes both away again. Units that somebody else has made are left alone.

            --every TIME         how often, from 1min to 1d (default: 15min)
            --repo URL           the desired-state repo, written to /etc/reconcile/config.yaml; not
                                 needed if that names one
            --root DIR           write to a directory tree instead of this machine; starts nothing
            --no-color, -v (--verbose), -q (--quiet), --version, -h (--help)

          Example:
            reconcile timer install --every 15min --repo git@example.com:me/server.git
          """;
      case PERMUTE ->
          """
          Usage: reconcile permute --size N|--range A-B [options]

          Prints the numbers 0 to N-1, or A to B, each once, in an order that looks random: like
          shuf, in constant memory for any N. The order depends on the numbers and the key alone, on
          every machine.
          It is no secret cipher: use FF1 (NIST SP 800-38G) where somebody must not guess it.

          Options:
            --size N             how many numbers, 1 to 2^64
            --range A-B          the numbers A to B instead, 0 to 2^64-1; or A..B, where A may be
                                 below zero: from -2^63 to 2^63-1
            --key K              which order, any text (default: empty); visible in process lists
            --from I             begin with the number at position I, counted from 0
            --count C            print so many positions (default: up to the end)
            --inverse            print for each number from I on the position at which it stands
                                 (of a range, A is number 0)
            --style walk|skip    walk (default): the number at each position; skip: go through the
                                 whole power of two and leave out what is not below N: the same
                                 numbers in another order; --from and --count then count positions
                                 of the power of two (at least 256), some of which print nothing
            --format FORMAT      lines (default) or binary: 8 bytes a number, the lowest first; two's
                                 complement if A is below zero
            --output FILE        write to FILE, replacing it, instead of standard output
            --resume TOKEN       go on where a run that failed or was stopped said; appends to FILE
            --threads T          how many compute, 1 to 8 (default: 1)
            --no-color, -v (--verbose), -q (--quiet), --version, -h (--help)

          Exits with 1 if the output takes no more, after printing a token for --resume; with 141
          and without a word if whoever reads a pipe has gone.

          Examples:
            reconcile permute --size 1000 --key lottery-7
            reconcile permute --range 1-6
            reconcile permute --size 1000000 --from 500000 --output second-half.txt
          """;
    };
  }
}
