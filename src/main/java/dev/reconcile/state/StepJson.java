// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.state;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.reconcile.model.Address;
import dev.reconcile.model.Content;
import dev.reconcile.model.FileAttributes;
import dev.reconcile.model.OwnedResource;
import dev.reconcile.model.Phase;
import dev.reconcile.model.Role;
import dev.reconcile.model.Step;
import dev.reconcile.model.Undo;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** The JSON of undo steps, of owned resources and of probes. */
final class StepJson {
  private StepJson() {}

  static void write(JsonGenerator json, Undo undo) throws IOException {
    json.writeStartObject();
    json.writeStringField("kind", undo.address().kind());
    json.writeStringField("name", undo.address().name());
    json.writeStringField("app", undo.app());
    json.writeStringField("phase", undo.phase().name());
    json.writeStringField("verb", undo.verb());
    json.writeArrayFieldStart("steps");
    for (Step.Reversible step : undo.steps()) {
      write(json, step);
    }
    json.writeEndArray();
    if (undo.owned().isPresent()) {
      json.writeFieldName("owned");
      write(json, undo.owned().get());
    }
    json.writeEndObject();
  }

  static Undo undo(JsonObject json, String run) throws IOException {
    List<Step.Reversible> steps = new ArrayList<>();
    for (JsonObject step : json.objects("steps")) {
      steps.add(step(step, run));
    }
    return new Undo(
        new Address(json.text("kind"), json.text("name")),
        json.text("app"),
        Phase.valueOf(json.text("phase")),
        json.text("verb"),
        steps,
        json.has("owned") ? Optional.of(owned(json.object("owned"))) : Optional.empty());
  }

  static void write(JsonGenerator json, OwnedResource one) throws IOException {
    json.writeStartObject();
    json.writeStringField("kind", one.address().kind());
    json.writeStringField("name", one.address().name());
    if (!one.app().isEmpty()) {
      json.writeStringField("app", one.app());
    }
    json.writeStringField("role", one.role().name());
    if (!one.notifies().isEmpty()) {
      json.writeArrayFieldStart("notifies");
      for (String id : one.notifies()) {
        json.writeString(id);
      }
      json.writeEndArray();
    }
    json.writeEndObject();
  }

  static OwnedResource owned(JsonObject json) throws IOException {
    return new OwnedResource(
        new Address(json.text("kind"), json.text("name")),
        json.text("app"),
        Role.valueOf(json.text("role")),
        json.texts("notifies"));
  }

  static void write(JsonGenerator json, Step.Probe probe) throws IOException {
    json.writeStartObject();
    json.writeStringField("unit", probe.unit());
    json.writeStringField("log", probe.log());
    json.writeStringField("address", probe.address());
    json.writeStringField("path", probe.path());
    json.writeStringField("host", probe.host());
    json.writeNumberField("least", probe.least());
    json.writeNumberField("most", probe.most());
    json.writeStringField("timeout", probe.timeout().toString());
    json.writeEndObject();
  }

  static Step.Probe probe(JsonObject json) throws IOException {
    return new Step.Probe(
        json.text("unit"),
        json.text("log"),
        json.text("address"),
        json.text("path"),
        json.text("host"),
        json.number("least"),
        json.number("most"),
        Duration.parse(json.text("timeout")));
  }

  private static void write(JsonGenerator json, Step.Reversible step) throws IOException {
    json.writeStartObject();
    switch (step) {
      case Step.MakeDirectory s -> {
        start(json, "make_directory", s.path());
        write(json, s.attributes());
      }
      case Step.WriteFile s -> {
        start(json, "write_file", s.path());
        write(json, s.attributes());
        json.writeStringField("content", Base64.getEncoder().encodeToString(s.content().bytes()));
        json.writeBooleanField("secret", s.content().secret());
      }
      case Step.SetAttributes s -> {
        start(json, "set_attributes", s.path());
        write(json, s.attributes());
      }
      case Step.WriteLink s -> {
        start(json, "write_link", s.path());
        json.writeStringField("target", s.target());
      }
      case Step.Remove s -> start(json, "remove", s.path());
      case Step.RemoveEmptyDirectory s -> start(json, "remove_empty_directory", s.path());
      case Step.Restore s -> start(json, "restore", s.path());
      case Step.MakeSelfSigned s -> {
        start(json, "make_self_signed", s.folder());
        json.writeArrayFieldStart("names");
        for (String name : s.names()) {
          json.writeString(name);
        }
        json.writeEndArray();
      }
      case Step.Systemctl s -> {
        start(json, "systemctl", s.unit());
        json.writeStringField("verb", s.verb().name());
      }
      case Step.DiscardTrees s -> {
        start(json, "discard_trees", s.store());
        json.writeArrayFieldStart("keep");
        for (String tree : s.keep()) {
          json.writeString(tree);
        }
        json.writeEndArray();
      }
    }
    json.writeEndObject();
  }

  private static void start(JsonGenerator json, String type, String path) throws IOException {
    json.writeStringField("do", type);
    json.writeStringField("path", path);
  }

  private static void write(JsonGenerator json, FileAttributes attributes) throws IOException {
    json.writeStringField("user", attributes.user());
    json.writeStringField("group", attributes.group());
    json.writeNumberField("mode", attributes.mode());
  }

  private static Step.Reversible step(JsonObject json, String run) throws IOException {
    String path = json.text("path");
    return switch (json.text("do")) {
      case "make_directory" -> new Step.MakeDirectory(path, attributes(json));
      case "write_file" ->
          new Step.WriteFile(
              path,
              new Content(
                  Base64.getDecoder().decode(json.text("content")),
                  json.text("secret").equals("true")),
              attributes(json));
      case "set_attributes" -> new Step.SetAttributes(path, attributes(json));
      case "write_link" -> new Step.WriteLink(path, json.text("target"));
      case "remove" -> new Step.Remove(path);
      case "remove_empty_directory" -> new Step.RemoveEmptyDirectory(path);
      case "restore" -> new Step.Restore(run, path);
      case "make_self_signed" -> new Step.MakeSelfSigned(path, json.texts("names"));
      case "systemctl" -> new Step.Systemctl(Step.UnitVerb.valueOf(json.text("verb")), path);
      case "discard_trees" -> new Step.DiscardTrees(path, json.texts("keep"));
      default -> throw new IOException("no such step: " + json.text("do"));
    };
  }

  private static FileAttributes attributes(JsonObject json) throws IOException {
    return new FileAttributes(json.text("user"), json.text("group"), json.number("mode"));
  }
}
