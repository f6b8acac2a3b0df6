package dev.reconcile.model;

import java.util.List;

/**
 * Something that must follow a change: a daemon-reload, a restart, a reload. Handlers are
 * level-triggered: one is due whenever what it should have taken up differs from what it is known
 * to have taken up, so a run killed in between loses nothing.
 *
 * @param id unique and stable, such as {@code restart gunicorn@shop.service}
 * @param phase when it runs
 * @param steps what it does, in order
 * @param covers ids of handlers that are done when this one is
 * @param app the app it belongs to, empty for the host
 */
public record Handler(String id, Phase phase, List<Step> steps, List<String> covers, String app) {
  public Handler {
    steps = List.copyOf(steps);
    covers = List.copyOf(covers);
  }
}
