# fish completion of dwopt, made by 'dwopt completion fish'

function __dwopt_verb  # the verb typed so far, if any
    set -l value 0
    for word in (commandline -opc)[2..-1]
        if test $value = 1
            set value 0
            continue
        end
        switch $word
            case -C --workspace -c --config -d --dsn -f --format -o --output --color
                set value 1
            case '-*'
            case '*'
                echo $word
                return
        end
    end
end

function __dwopt_is --argument-names verb
    test "$(__dwopt_verb)" = "$verb"
end

complete -c dwopt -f
complete -c dwopt -s C -l workspace -x -a '(__fish_complete_directories)' -d 'workspace directory, made on first use'
complete -c dwopt -s c -l config -r -F -d 'configuration file'
complete -c dwopt -s d -l dsn -x -d 'the warehouse: a libpq URI or key=value string'
complete -c dwopt -s o -l output -r -F -d 'write the document to FILE, not to standard output'
complete -c dwopt -s q -l quiet -d 'silence all but errors and a document asked for with -f or -o'
complete -c dwopt -s v -l verbose -d 'say more, such as what was asked of the server'
complete -c dwopt -l color -x -a 'auto always never' -d 'colours in text'
complete -c dwopt -l no-progress -d 'no progress display'
complete -c dwopt -s h -l help -d 'show this help'
complete -c dwopt -l version -d 'show the version'
complete -c dwopt -n '__dwopt_is ""' -a collect -d 'take a snapshot of the warehouse\'s statistics into the workspace'
complete -c dwopt -n '__dwopt_is ""' -a analyze -d 'find patterns, trends and bottlenecks in the snapshots'
complete -c dwopt -n '__dwopt_is ""' -a recommend -d 'propose changes, with evidence, within a budget'
complete -c dwopt -n '__dwopt_is ""' -a apply -d 'carry recommendations out, safely, step by step'
complete -c dwopt -n '__dwopt_is ""' -a rollback -d 'take applied changes back'
complete -c dwopt -n '__dwopt_is ""' -a report -d 'show what the workspace knows'
complete -c dwopt -n '__dwopt_is ""' -a doctor -d 'check connection, privileges and extensions'
complete -c dwopt -n '__dwopt_is ""' -a twin -d 'build, use or drop the planner twin'
complete -c dwopt -n '__dwopt_is ""' -a completion -d 'print the completion script of a shell'
complete -c dwopt -n '__dwopt_is collect' -l watch -x -d 'take a snapshot every INTERVAL, such as 60s, until stopped'
complete -c dwopt -n '__dwopt_is collect' -l count -x -d 'with --watch: stop after N snapshots'
complete -c dwopt -n '__dwopt_is collect' -l import -r -F -d 'take the snapshot from a bundle (directory or .tar.gz) instead of a server'
complete -c dwopt -n '__dwopt_is collect' -l export -r -F -d 'write the snapshot as a bundle too'
complete -c dwopt -n '__dwopt_is collect' -l no-values -d 'read no most common values and no histograms'
complete -c dwopt -n '__dwopt_is collect' -s f -l format -x -a 'text json csv markdown' -d 'form of the document'
complete -c dwopt -n '__dwopt_is analyze' -l since -x -d 'look back so far from the last snapshot (default 7d)'
complete -c dwopt -n '__dwopt_is analyze' -l top -x -d 'patterns in a list (default 10)'
complete -c dwopt -n '__dwopt_is analyze' -l section -x -a '(__fish_append , patterns bottlenecks mean calls rows blocks temp wal)' -d 'show these sections'
complete -c dwopt -n '__dwopt_is analyze' -l fail-on -x -a 'info warning critical' -d 'exit with 10 if a finding is as bad as LEVEL or worse'
complete -c dwopt -n '__dwopt_is analyze' -s f -l format -x -a 'text json csv markdown' -d 'form of the document'
complete -c dwopt -n '__dwopt_is recommend' -l kind -x -a '(__fish_append , index index.create index.drop index.replace index.rebuild)' -d 'only these kinds of change; \'index\' means all that begin so'
complete -c dwopt -n '__dwopt_is recommend' -l budget -x -d 'storage the new indexes may take in all, such as 2GB'
complete -c dwopt -n '__dwopt_is recommend' -l max-width -x -d 'most key columns of an index'
complete -c dwopt -n '__dwopt_is recommend' -l max-indexes -x -d 'most new indexes'
complete -c dwopt -n '__dwopt_is recommend' -l objective -x -a 'balanced total' -d 'serve the total time alone, or balance it among the patterns'
complete -c dwopt -n '__dwopt_is recommend' -l time-limit -x -d 'longest search'
complete -c dwopt -n '__dwopt_is recommend' -l what-if -x -a 'best twin live none' -d 'where what-if costs come from: planner twin, HypoPG on the server, rules alone'
complete -c dwopt -n '__dwopt_is recommend' -l explain -x -d 'show one recommendation of the last run in full, without a new run'
complete -c dwopt -n '__dwopt_is recommend' -s f -l format -x -a 'text json csv markdown' -d 'form of the document'
complete -c dwopt -n '__dwopt_is apply' -F
complete -c dwopt -n '__dwopt_is apply' -l all -d 'apply every recommendation that is still open'
complete -c dwopt -n '__dwopt_is apply' -s y -l yes -d 'do not ask'
complete -c dwopt -n '__dwopt_is apply' -s n -l dry-run -d 'print the exact statements and change nothing'
complete -c dwopt -n '__dwopt_is apply' -s f -l format -x -a 'text json csv markdown' -d 'form of the document'
complete -c dwopt -n '__dwopt_is rollback' -l last -d 'take back what the last apply did'
complete -c dwopt -n '__dwopt_is rollback' -s y -l yes -d 'do not ask'
complete -c dwopt -n '__dwopt_is rollback' -s n -l dry-run -d 'print the exact statements and change nothing'
complete -c dwopt -n '__dwopt_is rollback' -s f -l format -x -a 'text json csv markdown' -d 'form of the document'
complete -c dwopt -n '__dwopt_is report' -l section -x -a '(__fish_append , overview patterns bottlenecks recommendations deployments history)' -d 'show these sections'
complete -c dwopt -n '__dwopt_is report' -s f -l format -x -a 'text json csv markdown html prometheus' -d 'form of the document'
complete -c dwopt -n '__dwopt_is doctor' -s f -l format -x -a 'text json csv markdown' -d 'form of the document'
complete -c dwopt -n '__dwopt_is twin' -s f -l format -x -a 'text json csv markdown' -d 'form of the document'
complete -c dwopt -n '__dwopt_is completion' -a 'bash zsh fish'
complete -c dwopt -n '__dwopt_is completion' -s f -l format -x -a 'text json csv markdown' -d 'form of the document'
