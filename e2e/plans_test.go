package e2e

import (
	"bytes"
	"context"
	"regexp"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"deskwire/graph/plan"
)

// comparingExecutor has each query that a plan has answered answered by gqlgen's executor, too,
// from the same rows: so all queries of these tests are tests of plans.
type comparingExecutor struct {
	*plan.Executor
	t testing.TB
}

func compareExecutors(t testing.TB) func(*plan.Executor) graphql.ExecutableSchema {
	return func(e *plan.Executor) graphql.ExecutableSchema { return comparingExecutor{e, t} }
}

// maxCompared leaves out answers that would take more than their budget when they are made twice.
const maxCompared = 4 << 20

func (c comparingExecutor) Exec(ctx context.Context) graphql.ResponseHandler {
	op := graphql.GetOperationContext(ctx)
	planned := c.Executor.Exec(ctx)
	if op.Operation.Operation != ast.Query {
		return planned
	}
	plain := c.ExecutableSchema.Exec(ctx)
	return func(ctx context.Context) *graphql.Response {
		resp := planned(ctx)
		if resp == nil || len(resp.Data) == 0 || len(resp.Data) > maxCompared || len(graphql.GetErrors(ctx)) > 0 {
			return resp
		}
		apart := graphql.WithFreshResponseContext(ctx)
		same := plain(apart)
		if ctx.Err() != nil {
			return resp
		}
		if errs := graphql.GetErrors(apart); len(errs) > 0 || !bytes.Equal(withoutSignatures(resp.Data), withoutSignatures(same.Data)) {
			c.t.Errorf("the plan of %s\nanswers %s\ngqlgen  %s %v", op.RawQuery, resp.Data, same.Data, errs)
		}
		return resp
	}
}

var signedAddress = regexp.MustCompile(`/files/[^"]*`)

// withoutSignatures is an answer without the addresses of files, which are signed for a time: the
// two may be a second apart.
func withoutSignatures(data []byte) []byte { return signedAddress.ReplaceAll(data, []byte("/files/")) }
