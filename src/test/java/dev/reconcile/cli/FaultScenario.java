// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;

/**
 * A change of a host that is disturbed at every point.
 *
 * @param name what happens in it
 * @param before makes what is there before
 * @param change changes the repo
 * @param options what the run is called with
 */
record FaultScenario(String name, Part before, Part change, List<String> options) {
  private static final String SHOP =
      """
      source: {folder: src/shop}
      env: {COLOUR: red}
      site: {server_name: shop.example, static: {/static/: /usr/share/nginx/shop/static/}}
      """;
  private static final String KIOSK =
      """
      source: {folder: src/kiosk}
      user: root
      site: {server_name: kiosk.example}
      """;

  /** Does something to a scene. */
  interface Part {
    /** Does it. */
    void on(Scene scene) throws IOException;
  }

  /** All there are. */
  static List<FaultScenario> all() {
    return List.of(
        of("a first deploy", FaultScenario::nothing, FaultScenario::twoApps),
        of("new code, settings and site", FaultScenario::deployed, FaultScenario::newRevision),
        of("an app removed", FaultScenario::deployed, scene -> remove(scene, "kiosk")),
        of("an app's directory moved", FaultScenario::deployed, FaultScenario::moved),
        of("an app renamed", FaultScenario::deployed, FaultScenario::renamed),
        of(
            "foreign things taken over",
            FaultScenario::foreign,
            FaultScenario::twoApps,
            "--take-over"),
        of("data folders added", FaultScenario::deployed, FaultScenario::withData),
        of("an app with data removed", FaultScenario::data, scene -> remove(scene, "kiosk")),
        of(
            "data moved out of a directory",
            FaultScenario::dataByHand,
            FaultScenario::dataTakenOver,
            "--take-over",
            "--move-data"),
        of(
            "the last app removed",
            FaultScenario::onlyShop,
            scene -> remove(scene, "shop"),
            "--max-prune",
            "9"));
  }

  private static FaultScenario of(String name, Part before, Part change, String... options) {
    return new FaultScenario(name, before, change, List.of(options));
  }

  static void deployed(Scene scene) throws IOException {
    twoApps(scene);
    scene.run("apply");
  }

  static void newRevision(Scene scene) throws IOException {
    write(scene, "src/shop/main.py", "app = 'new'\n");
    write(scene, "src/shop/more/deep.py", "deep = 1\n");
    write(scene, "apps/shop.yaml", SHOP.replace("red", "blue").replace("shop.e", "www.shop.e"));
    write(scene, "apps/kiosk.yaml", KIOSK.replace("user: root\n", "gunicorn: {bind: port}\n"));
  }

  static void remove(Scene scene, String app) throws IOException {
    Files.delete(scene.repo("apps/" + app + ".yaml"));
  }

  private static void nothing(Scene scene) throws IOException {
    write(scene, "reconcile.yaml", "version: 1\n");
  }

  private static void twoApps(Scene scene) throws IOException {
    write(
        scene,
        "reconcile.yaml",
        """
        version: 1
        files:
          /etc/motd: {content: "hello"}
        nginx: {log_formats: {short: "$remote_addr"}}
        units:
          tidy.service: {content: "[Service]\\nExecStart=/bin/true\\n[Install]\\nWantedBy=a.target\\n", enabled: true}
        """);
    write(scene, "src/shop/main.py", "app = 'old'\n");
    write(scene, "src/shop/gone.py", "");
    write(scene, "src/kiosk/main.py", "app = 'kiosk'\n");
    write(scene, "apps/shop.yaml", SHOP);
    write(scene, "apps/kiosk.yaml", KIOSK);
  }

  private static void onlyShop(Scene scene) throws IOException {
    twoApps(scene);
    remove(scene, "kiosk");
    scene.run("apply");
  }

  private static void renamed(Scene scene) throws IOException {
    remove(scene, "shop");
    write(scene, "apps/store.yaml", SHOP);
  }

  private static void moved(Scene scene) throws IOException {
    write(scene, "apps/shop.yaml", SHOP + "directory: /srv/shop\n");
  }

  private static void foreign(Scene scene) throws IOException {
    nothing(scene);
    Files.writeString(scene.live("/etc/motd"), "mine\n");
    Files.writeString(scene.live("/etc/gunicorn/shop.env"), "MINE=1\n");
    Files.writeString(scene.live("/etc/nginx/sites-available/shop"), "# mine\n");
    Files.writeString(
        scene.live("/etc/nginx/sites-enabled/hand"), "server { server_name shop.example; }\n");
    Files.writeString(scene.live("/usr/share/nginx/shop/main.py"), "app = 'mine'\n");
    Files.writeString(scene.live("/etc/systemd/system/gunicorn@.service"), "[Service]\n");
  }

  private static void withData(Scene scene) throws IOException {
    write(scene, "src/kiosk/seeds/deep/start.txt", "from git\n");
    write(
        scene,
        "apps/kiosk.yaml",
        KIOSK + "data: [instance, notes.db, {path: seeds, seed: true}, /srv/kiosk/export]\n");
  }

  private static void data(Scene scene) throws IOException {
    twoApps(scene);
    withData(scene);
    scene.run("apply");
    Files.writeString(scene.live("/var/lib/gunicorn/kiosk/instance/kept"), "kept\n");
  }

  // A database whose last posts are in the file of its write-ahead log.
  private static void dataByHand(Scene scene) throws IOException {
    nothing(scene);
    Files.writeString(scene.live("/usr/share/nginx/shop/main.py"), "app = 'mine'\n");
    Files.writeString(scene.live("/usr/share/nginx/shop/instance/deep/blog.db"), "posts\n");
    Files.writeString(scene.live("/usr/share/nginx/shop/notes.db"), "notes\n");
    Files.writeString(scene.live("/usr/share/nginx/shop/notes.db-wal"), "more notes\n");
  }

  private static void dataTakenOver(Scene scene) throws IOException {
    twoApps(scene);
    write(scene, "apps/shop.yaml", SHOP + "data: [instance, notes.db]\n");
  }

  private static void write(Scene scene, String path, String text) throws IOException {
    Files.writeString(scene.repo(path), text);
  }
}
