package dev.reconcile.desired;

import dev.reconcile.app.AppShape;
import dev.reconcile.kind.Kind;
import dev.reconcile.kind.Kinds;
import dev.reconcile.model.Schema;
import dev.reconcile.model.Schema.FieldsBuilder;
import dev.reconcile.model.TextFormat;

/** The form of {@code reconcile.yaml} and of {@code hosts/NAME.yaml}. */
public final class HostShape {
  /** The file of the whole tree. */
  public static final Schema.Fields MAIN = common("reconcile.yaml").build();

  /** The file of one host: the same keys, and which apps run there. */
  public static final Schema.Fields HOST =
      common("a host's file")
          .with(
              "apps",
              Schema.listOf(Schema.text(TextFormat.APP_NAME)),
              "which apps run on this host")
          .build();

  private HostShape() {}

  private static FieldsBuilder common(String name) {
    FieldsBuilder builder =
        Schema.fields(name)
            .with("version", Schema.whole(1, 1), "the format's version: 1")
            .with("defaults", AppShape.APP, "any key of an app, for all apps")
            .with("allocation", allocation(), "where ports come from")
            .with("nginx", nginx(), "nginx beyond the sites")
            .with(
                "protect", Schema.oneOrMore(Schema.text(TextFormat.APP_NAME)), "apps never pruned")
            .with("limits", limits(), "what one run may do");
    for (Kind<?> kind : Kinds.ALL) {
      kind.section().ifPresent(s -> builder.with(s.key(), s.shape(), s.doc()));
    }
    return builder;
  }

  private static Schema allocation() {
    return Schema.fields("allocation")
        .with("key", Schema.text(TextFormat.LINE), "picks the permutation; not a secret")
        .with("ports", Schema.text(TextFormat.PORT_RANGE), "the pool of ports")
        .with("reserved", Schema.listOf(Schema.whole(1, 65535)), "ports of the pool left alone")
        .build();
  }

  private static Schema nginx() {
    return Schema.fields("nginx")
        .with(
            "log_formats",
            Schema.mapOf(TextFormat.NAME, Schema.text(TextFormat.NGINX_QUOTED)),
            "log formats: name to text")
        .build();
  }

  private static Schema limits() {
    return Schema.fields("limits")
        .with("max_prune", Schema.whole(0, 10_000), "most deletions in one run")
        .build();
  }
}
