#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
# bounceparser.pl SECONDS FOLDER...: the same for Mail::DeliveryStatus::BounceParser, beside which read_bench is put
# (Debian: libmail-deliverystatus-bounceparser-perl)
use strict;
use warnings;
use Time::HiRes qw(time);
use Mail::DeliveryStatus::BounceParser;

my ($seconds, @folders) = @ARGV;
my @messages;
for my $path (map { glob("$_/*.eml") } @folders) {
    open(my $file, '<:raw', $path) or die "$path: $!\n";
    local $/;
    push @messages, scalar <$file>;
}
die "no messages\n" unless @messages;
my ($done, $bounces, $died, $begun) = (0, 0, 0, time);
while (time - $begun < $seconds) {
    my $bounce = eval { Mail::DeliveryStatus::BounceParser->new($messages[$done % @messages]) };
    if ($done < @messages) {
        $died++    unless $bounce;
        $bounces++ if $bounce && $bounce->is_bounce;
    }
    $done++;
}
printf "%d messages\n%-22s %8.0f messages a second; %d of the collection taken for a bounce, %d not read\n",
    scalar @messages, 'BounceParser', $done / (time - $begun), $bounces, $died;
