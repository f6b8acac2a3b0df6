// SPDX-License-Identifier: Apache-2.0
/** The command line: its words and options, the configuration file, exit codes, and output. */
@NullMarked
package dev.reconcile.cli;

import org.jspecify.annotations.NullMarked;
