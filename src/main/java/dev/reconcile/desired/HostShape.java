package dev.reconcile.desired;

import dev.reconcile.app.AppShape;
import dev.reconcile.kind.Kind;
import dev.reconcile.kind.Kinds;
import dev.reconcile.model.Rule;
import dev.reconcile.model.Shape;
import dev.reconcile.model.Shape.FieldsBuilder;

/** The form of {@code reconcile.yaml} and of {@code hosts/NAME.yaml}. */
public final class HostShape {
  /** The file of the whole tree. */
  public static final Shape.Fields MAIN = common("reconcile.yaml").build();

  /** The file of one host: the same keys, and which apps run there. */
  public static final Shape.Fields HOST =
      common("a host's file")
          .with("apps", Shape.listOf(Shape.text(Rule.APP_NAME)), "which apps run on this host")
          .build();

  private HostShape() {}

  private static FieldsBuilder common(String name) {
    FieldsBuilder builder =
        Shape.fields(name)
            .with("version", Shape.whole(1, 1), "the format's version: 1")
            .with("defaults", AppShape.APP, "any key of an app, for all apps")
            .with("allocation", allocation(), "where ports come from")
            .with("nginx", nginx(), "nginx beyond the sites")
            .with("protect", Shape.oneOrMore(Shape.text(Rule.APP_NAME)), "apps never pruned")
            .with("limits", limits(), "what one run may do");
    for (Kind<?> kind : Kinds.ALL) {
      kind.section().ifPresent(s -> builder.with(s.key(), s.shape(), s.doc()));
    }
    return builder;
  }

  private static Shape allocation() {
    return Shape.fields("allocation")
        .with("key", Shape.text(Rule.LINE), "picks the permutation; not a secret")
        .with("ports", Shape.text(Rule.PORT_RANGE), "the pool of ports")
        .with("reserved", Shape.listOf(Shape.whole(1, 65535)), "ports of the pool left alone")
        .build();
  }

  private static Shape nginx() {
    return Shape.fields("nginx")
        .with(
            "log_formats",
            Shape.mapOf(Rule.NAME, Shape.text(Rule.NGINX_QUOTED)),
            "log formats: name to text")
        .build();
  }

  private static Shape limits() {
    return Shape.fields("limits")
        .with("max_prune", Shape.whole(0, 10_000), "most deletions in one run")
        .build();
  }
}
