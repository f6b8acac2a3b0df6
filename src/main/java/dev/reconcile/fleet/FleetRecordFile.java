// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.fleet;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.reconcile.fleet.FleetRecord.Applied;
import dev.reconcile.fleet.FleetRecord.Grant;
import dev.reconcile.fleet.FleetRecord.Soak;
import dev.reconcile.fleet.Word.Outcome;
import dev.reconcile.host.Facts;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.host.HostFailure;
import dev.reconcile.host.LocalHost;
import dev.reconcile.model.Content;
import dev.reconcile.model.FileAttributes;
import dev.reconcile.model.TextFormat;
import dev.reconcile.state.JsonText;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/** The file of the {@link FleetRecord}, {@code /var/lib/reconcile/fleet.json}. */
public final class FleetRecordFile {
  /** The path of the file. */
  public static final String PATH = LocalHost.STATE + "/fleet.json";

  private FleetRecordFile() {}

  /**
   * Reads the record; {@link FleetRecord#EMPTY} before the first turn.
   *
   * @throws HostException if the file exists and cannot be read or parsed
   */
  public static FleetRecord load(Facts facts) throws HostException {
    if (facts.stat(PATH).isEmpty()) {
      return FleetRecord.EMPTY;
    }
    try {
      return parse(facts.read(PATH, StrictJson.MOST_BYTES));
    } catch (IOException e) {
      throw new HostException(
          HostFailure.DAMAGED_FILE,
          """
          %s cannot be understood: %s. If this host is not at it in its fleet, remove the file. \
          Otherwise its slot stays taken until an operator skips this host.\
          """
              .formatted(PATH, e.getMessage()),
          e);
    }
  }

  /** Saves the record, atomically and durably. */
  public static void save(Host host, FleetRecord record) throws HostException {
    host.makeDirectory(LocalHost.STATE, FileAttributes.root(0755));
    host.writeState(PATH, Content.of(text(record)), FileAttributes.root(0600));
  }

  static FleetRecord parse(byte[] document) throws IOException {
    return StrictJson.parse(
        document,
        json ->
            new FleetRecord(
                json.optional(
                    "engine",
                    engine ->
                        new EngineAddress(
                            engine.texts("etcd", TextFormat.LINE),
                            engine.text("group", TextFormat.GROUP_NAME))),
                json.optional(
                    "seen",
                    seen ->
                        new Seen(
                            seen.count("start", 1),
                            seen.number("revision", 0, Long.MAX_VALUE),
                            seen.count("release", 1))),
                json.count("taken", 0),
                json.count("failed", 0),
                json.count("needed", 0),
                json.flag("asked"),
                json.optional("grant", FleetRecordFile::grant),
                json.optional("word", FleetRecordFile::word),
                json.optional("soak", FleetRecordFile::soak),
                json.optional("applied", FleetRecordFile::applied),
                json.optional("tried", FleetRecordFile::applied)));
  }

  private static Applied applied(StrictJson json) throws IOException {
    return new Applied(json.count("release", 0), ReleaseJson.revisions(json));
  }

  private static Grant grant(StrictJson json) throws IOException {
    return new Grant(
        json.count("release", 0),
        ReleaseJson.revisions(json),
        json.flag("repair"),
        json.flag("unwell"));
  }

  private static Word word(StrictJson json) throws IOException {
    String outcome = json.text("outcome", TextFormat.LINE);
    return new Word(
        json.count("release", 0),
        json.commit("commit"),
        Arrays.stream(Outcome.values())
            .filter(one -> one.name().equals(outcome))
            .findFirst()
            .orElseThrow(() -> new IOException("its outcome is unknown")),
        json.texts("failures", TextFormat.LINE));
  }

  private static Soak soak(StrictJson json) throws IOException {
    return new Soak(
        json.count("release", 1),
        new Moment(
            json.text("boot", TextFormat.LINE),
            json.number("nanos", Long.MIN_VALUE, Long.MAX_VALUE)),
        Duration.ofNanos(json.number("time_ns", 0, Long.MAX_VALUE)));
  }

  static String text(FleetRecord record) {
    return JsonText.of(json -> {
      json.writeNumberField("format", 1);
      if (record.engine().isPresent()) {
        json.writeObjectFieldStart("engine");
        ReleaseJson.names(json, "etcd", record.engine().get().endpoints());
        json.writeStringField("group", record.engine().get().group());
        json.writeEndObject();
      }
      if (record.seen().isPresent()) {
        json.writeObjectFieldStart("seen");
        json.writeNumberField("start", record.seen().get().start());
        json.writeNumberField("revision", record.seen().get().revision());
        json.writeNumberField("release", record.seen().get().release());
        json.writeEndObject();
      }
      json.writeNumberField("taken", record.taken());
      json.writeNumberField("failed", record.failed());
      json.writeNumberField("needed", record.needed());
      json.writeBooleanField("asked", record.asked());
      write(json, record.grant(), record.word(), record.soak());
      write(json, "applied", record.applied());
      write(json, "tried", record.tried());
    });
  }

  private static void write(JsonGenerator json, String name, Optional<Applied> applied)
      throws IOException {
    if (applied.isPresent()) {
      json.writeObjectFieldStart(name);
      json.writeNumberField("release", applied.get().release());
      ReleaseJson.revisions(json, applied.get().revisions());
      json.writeEndObject();
    }
  }

  private static void write(
      JsonGenerator json, Optional<Grant> grant, Optional<Word> word, Optional<Soak> soak)
      throws IOException {
    if (grant.isPresent()) {
      json.writeObjectFieldStart("grant");
      json.writeNumberField("release", grant.get().release());
      ReleaseJson.revisions(json, grant.get().revisions());
      json.writeBooleanField("repair", grant.get().isRepair());
      json.writeBooleanField("unwell", grant.get().isUnwell());
      json.writeEndObject();
    }
    if (word.isPresent()) {
      json.writeObjectFieldStart("word");
      json.writeNumberField("release", word.get().release());
      json.writeStringField("commit", word.get().commit());
      json.writeStringField("outcome", word.get().outcome().name());
      ReleaseJson.names(json, "failures", word.get().failures());
      json.writeEndObject();
    }
    if (soak.isPresent()) {
      json.writeObjectFieldStart("soak");
      json.writeNumberField("release", soak.get().release());
      json.writeStringField("boot", soak.get().began().boot());
      json.writeNumberField("nanos", soak.get().began().nanos());
      json.writeNumberField("time_ns", soak.get().time().toNanos());
      json.writeEndObject();
    }
  }
}
